// The layers of the weather over a map: asks for their fields while one is on, and has them drawn where the map stands.

import { sunGradient } from "./colours.js";
import { h, replace } from "./dom.js";
import { sheetOf } from "./fields.js";
import { drawSun } from "./sun.js";
import { moment, number, t } from "./text.js";
import { themeOf } from "./view.js";
import { Wind } from "./wind.js";

const REFRESH_MS = 15 * 60_000;

/** @typedef {import("./fields.js").Fields} Fields */

/**
 * Put the layers over a map, and their legend into an element.
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 * @param {{api: typeof import("./api.js"), store: typeof import("./state.js"), legend: HTMLElement}} parts
 * @returns {() => void} says everything anew, in the language that is spoken
 */
export function mountWeather(map, { api, store, legend }) {
  const [sunCanvas, windCanvas] = ["sun", "wind"].map((name) => h("canvas", { class: `weather ${name}`, "aria-hidden": "true" }));
  map.getCanvasContainer().append(sunCanvas, windCanvas);
  const wind = new Wind(windCanvas, () => themeOf(store.get()));
  /** @type {Fields | null} */
  let fields = null;
  let asked = "";

  const draw = () => {
    const state = store.get();
    const [hasWind, hasSun] = [state.wind === "on" && fields, state.sun === "on" && fields];
    const sheet = sheetOf(map);
    sunCanvas.hidden = !hasSun;
    if (fields && hasSun) drawSun(sunCanvas, fields, sheet);
    if (fields && hasWind) wind.show(fields, sheet);
    else wind.clear();
    replace(legend, ...(isOn(state) ? said(state, fields) : []));
  };
  const load = async () => {
    const { at } = store.get();
    if (!isOn(store.get())) return draw();
    const mark = asked = `${at} ${Math.floor(Date.now() / REFRESH_MS)}`;
    const found = await api.get("/weather/fields", { at }).catch((error) => {
      if (!(error instanceof api.ApiError)) throw error;
      return null; // the legend says so
    });
    if (mark !== asked) return;
    fields = found;
    draw();
  };
  const turn = () => (asked && fields ? draw() : void load());
  store.subscribe(["wind", "sun", "theme"], turn);
  store.subscribe(["at"], () => void load());
  map.on("movestart", () => { wind.clear(); sunCanvas.hidden = true; });
  map.on("moveend", draw);
  map.on("resize", draw);
  setInterval(() => { if (!document.hidden && store.get().at === null) void load(); }, REFRESH_MS);
  void load();
  return draw;
}

/** @param {import("./state.js").State} state */
function isOn({ wind, sun }) {
  return wind === "on" || sun === "on";
}

/**
 * What the layers are, and who says so.
 * @param {import("./state.js").State} state
 * @param {Fields | null} fields
 */
function said({ wind, sun }, fields) {
  if (!fields) return [h("p", { class: "why" }, t("weather.none"))];
  const { colours, low, high } = sunGradient();
  const issued = moment(fields.issued, { weekday: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  return [
    wind === "on" && h("p", {}, h("span", { class: "sign blows", "aria-hidden": "true" }, "≋"), t("weather.wind")),
    sun === "on" && h("p", { class: "sunshine" },
      t("weather.sun"), " ", number(low),
      h("span", { class: "scale", style: { background: `linear-gradient(to right, ${colours.join(", ")})` } }),
      number(high), " W/m²"),
    h("p", { class: "why" }, fields.origin === "simulated" && `${t("panel.origin.simulated")} `, t("weather.source", { issued })),
  ];
}
