// Wires the page together.

import * as api from "./api.js";
import * as state from "./state.js";
import * as text from "./text.js";
import { attempting } from "./attempt.js";
import { mountControls, mountPages } from "./controls.js";
import { h, replace } from "./dom.js";
import { failed, mountNotices, simulated } from "./notices.js";
import { mountSearch } from "./search.js";
import { load as loadShapes } from "./shapes.js";
import { mountSlider } from "./slider.js";
import { drawSource } from "./source.js";
import { drawStatus } from "./status.js";
import { themeOf, View } from "./view.js";
import { isSimulated } from "./world.js";

const REFRESH_MS = 60_000;
const { t } = text;

/** @param {string} id @returns {HTMLElement} */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const tooltip = h("div", { id: "tooltip", role: "tooltip", hidden: true });
const notice = mountNotices(element("notices"));
const attempt = attempting(notice);
const whole = h("a", { class: "whole", target: "_blank", rel: "noopener", dataset: { text: "map.full" } });
const isEmbedded = new URLSearchParams(location.search).get("embed") === "1";
/** @type {View | null} */
let view = null;
/** @type {ReturnType<typeof makeMap> | null} */
let map = null;
/** @type {string | null} The newest hour that was told. */
let newest = null;
/** @type {Promise<void>} Done when what the state asks for is drawn. */
let drawn = Promise.resolve();
let asking = new AbortController();

async function start() {
  document.body.append(tooltip);
  document.documentElement.classList.toggle("embed", isEmbedded);
  if (isEmbedded) element("main").append(whole);
  document.documentElement.dataset.theme = themeOf(state.get());
  await text.load(state.get().language);
  const redraws = [
    mountControls(element("controls"), state), mountPages(element("pages"), state),
    mountSearch(element("search"), { all: () => view?.all ?? [], choose: (key) => view?.choose(key, { page: "map" }) }),
    mountSlider(element("slider"), state, { newest: () => newest, ready: () => drawn }), fixedTexts,
  ];
  fixedTexts();
  whole.href = `./${location.hash}`;
  state.subscribe([], () => { whole.href = `./${location.hash}`; });
  state.subscribe(["language"], async ({ language }) => {
    await text.load(language).catch(() => notice("failure", failed(t("notice.offline"), null)));
    for (const redraw of redraws) redraw();
    view?.paint();
    void showStatus();
  });
  state.subscribe(["at"], () => { drawn = refresh(); });
  state.subscribe(["page", "source"], () => void showStatus());
  drawn = load(redraws);
  await drawn;
  setInterval(() => { if (!document.hidden && state.get().at === null) drawn = refresh(); }, REFRESH_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) drawn = refresh(); });
}

/** @param {(() => void)[]} redraws what depends on what is loaded */
async function load(redraws) {
  element("main").ariaBusy = "true";
  map ??= makeMap(); // beside the data: both take their time
  await attempt(async () => {
    const [world, zones, topology] = await Promise.all([api.get("/state"), api.get("/v4/zones"), loadShapes()]);
    view = new View({ legend: element("scale"), ranking: element("ranking"), tooltip }, state, zones, topology);
    newest = world.datetime;
    show(world);
    for (const redraw of redraws) redraw();
    element("slider").hidden = api.isStatic();
    const made = await map;
    if (made) view.use(made);
    await Promise.all([showPanel(redraws), showStatus(), state.get().at && refresh()]);
    if (!made) return;
    const { mountWeather } = await import("./weather.js"); // once the rest is drawn
    redraws.push(mountWeather(made.map, { api, store: state, legend: element("weather") }));
  }, () => { drawn = load(redraws); });
  element("main").ariaBusy = "false";
}

/** The map, or null where the browser cannot draw it; the ranking says the same. */
async function makeMap() {
  try {
    const { mountMap } = await import("./map.js");
    return await mountMap(element("map"), {
      onHover: (...at) => view?.hover(...at), onSelect: (key) => view?.choose(key), isElsewhere: () => state.get().wind === "on",
    });
  } catch (error) {
    console.error(error);
    replace(element("map"), h("p", { class: "none" }, t("map.failed")));
    state.set({ page: "ranking" }, { replace: true });
    return null;
  }
}

/** Ask for the hour that is wanted, and draw it. */
async function refresh() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const { at } = state.get();
  element("main").ariaBusy = "true";
  await attempt(async () => {
    const world = await api.get("/state", { datetime: at }, { signal });
    if (at === null) newest = world.datetime;
    show(world);
  }, () => { drawn = refresh(); });
  if (asking.signal === signal) element("main").ariaBusy = "false";
}

/** @param {import("./world.js").World} world */
function show(world) {
  notice("simulated", isSimulated(world) ? simulated() : null);
  view?.show(world);
}

/** @param {(() => void)[]} redraws */
async function showPanel(redraws) {
  try {
    const { mountPanel } = await import("./panel/panel.js");
    redraws.push(mountPanel(element("panel"), { api, state }));
  } catch (error) {
    console.error(error); // the map is worth having without it
  }
}

async function showStatus() {
  element("status").hidden = state.get().page !== "status";
  if (element("status").hidden) return;
  replace(element("status"), h("p", {}, t("loading")));
  const { source } = state.get();
  const path = source ? `/status/${source}` : "/status";
  await attempt(async () => {
    const said = await api.get(path);
    if (source) drawSource(element("status"), said, api.isStatic() ? "" : api.address(`${path}/feed`));
    else drawStatus(element("status"), said);
  }, () => void showStatus());
}

/** What the page itself says, in the language that is spoken. */
function fixedTexts() {
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = t(/** @type {HTMLElement} */ (node).dataset.text ?? "");
  }
  element("map").setAttribute("aria-label", t("map.label"));
  element("ranking").setAttribute("aria-label", t("page.ranking"));
  element("status").setAttribute("aria-label", t("page.status"));
}

await start();
