// The panel of one zone: loads what it shows, composes its parts, and follows the state.

import { h, replace } from "../dom.js";
import { t } from "../text.js";
import { themeOf } from "../view.js";
import { barTable, scaleOf } from "./bars.js";
import { bestHours } from "./best.js";
import { chartsOf, figures } from "./charts.js";
import { loadForecast, loadHour, loadLastDay, loadNames, loadPast, SPANS, told } from "./data.js";
import { downloads } from "./download.js";
import { explanation } from "./explain.js";
import { choice, closing, failed, heading, loading } from "./frame.js";
import { head } from "./head.js";
import { exchangeBars, periods, productionBars } from "./rows.js";
import { sources } from "./sources.js";

/** @typedef {{api: typeof import("../api.js"), state: typeof import("../state.js")}} Context */
/**
 * @typedef {object} Loaded
 * @property {import("./data.js").Details} details
 * @property {import("./data.js").Hour} hour
 * @property {import("./data.js").Forecast | null} forecast
 * @property {import("./data.js").LastDay | null} lastDay
 * @property {Map<string, string>} names
 */

const REFRESH_MS = 300_000;
/** Of lines in charts, on a light or a dark ground. */
const FAINT = "#80808055";
const LOADS = /** @type {const} */ (["zone", "at", "basis", "mode"]);
const REDRAWS = /** @type {const} */ (["theme", "palette"]);

/**
 * Have an element show the zone of the state, and be hidden while there is none.
 * @param {HTMLElement} element
 * @param {Context} context
 * @returns {() => void} draws it anew, in the language that is spoken by then
 */
export function mountPanel(element, context) {
  const panel = new Panel(element, context);
  context.state.subscribe([...LOADS, ...REDRAWS, "span"], (_, changed) => panel.follow(changed));
  context.api.connection.addEventListener("online", () => panel.refresh());
  setInterval(() => panel.refresh(), REFRESH_MS);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") panel.close();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => panel.draw());
  panel.load();
  return () => panel.draw();
}

class Panel {
  /** @type {Loaded | null} */
  #loaded = null;
  /** @type {import("./data.js").Past | null} */
  #past = null;
  /** @type {import("./bars.js").Unit} */
  #unit = "electricity";
  #free = () => {};
  #hourRequest = new AbortController();
  #pastRequest = new AbortController();
  #charts = h("section", { class: "panel-past", "aria-label": t("panel.charts") });

  /**
   * @param {HTMLElement} element
   * @param {Context} context
   */
  constructor(element, context) {
    this.element = element;
    this.context = context;
    element.setAttribute("aria-labelledby", "panel-title");
  }

  get shown() {
    return this.context.state.get();
  }

  close() {
    this.context.state.set({ zone: null });
  }

  /** @param {Set<string>} changed */
  follow(changed) {
    if (LOADS.some((key) => changed.has(key))) this.load({ isOther: changed.has("zone") });
    else if (changed.has("span")) this.loadPast();
    else this.draw();
  }

  /** Look whether there is a newer hour. */
  async refresh() {
    const { zone, at } = this.shown;
    if (!zone || at || document.hidden) return;
    const known = this.#loaded?.hour.intensity?.updatedAt;
    const newest = await this.context.api.get("/v3/carbon-intensity/latest", { zone, ...told(this.shown) }).catch(() => null);
    if (newest && newest.updatedAt !== known) this.load();
  }

  /** @param {{isOther?: boolean}} [options]  Whether the zone is another one than before. */
  async load({ isOther = false } = {}) {
    this.#hourRequest.abort();
    this.#pastRequest.abort();
    this.#hourRequest = new AbortController();
    const { signal } = this.#hourRequest;
    const { zone, at } = this.shown;
    this.element.hidden = !zone;
    if (!zone) return this.#clear();
    if (isOther || !this.#loaded) replace(this.element, closing(() => this.close()), loading());
    try {
      const asked = { ...this.shown, zone };
      const [details, hour, forecast, lastDay, names] = await Promise.all([
        this.context.api.get("/zone-details", { zone }, { signal }),
        loadHour(this.context.api.get, asked, signal),
        at ? null : loadForecast(this.context.api.get, asked, signal),
        at ? null : loadLastDay(this.context.api.get, asked, signal),
        this.#loaded?.names ?? loadNames(this.context.api.get, signal),
      ]);
      this.#loaded = { details, hour, forecast, lastDay, names };
      this.#past = null;
      this.draw();
      if (isOther) this.element.querySelector("h2")?.focus({ preventScroll: true });
      await this.loadPast();
    } catch (error) {
      if (signal.aborted) return;
      this.#clear();
      replace(this.element, closing(() => this.close()), failed(error, () => this.load()));
    }
  }

  #clear() {
    this.#loaded = this.#past = null;
    this.#free();
    replace(this.element);
  }

  /** The hour whose end is the end of the charts. */
  get #lastHour() {
    return this.#loaded?.hour.intensity?.datetime ?? this.shown.at;
  }

  /** What the charts are asked for; null where no hour is known to end them with. */
  get #asked() {
    if (!this.#loaded || !this.#lastHour) return null;
    const { zone, timezone, subZones } = this.#loaded.details;
    return { ...this.shown, zone, timezone, hasPrice: !subZones.length, lastHour: this.#lastHour };
  }

  async loadPast() {
    this.#pastRequest.abort();
    this.#pastRequest = new AbortController();
    const { signal } = this.#pastRequest;
    const asked = this.#asked;
    if (!asked) return;
    this.#free();
    replace(this.#charts, this.#spans(), loading());
    try {
      this.#past = await loadPast(this.context.api, asked, signal);
      this.#drawPast();
    } catch (error) {
      if (!signal.aborted) replace(this.#charts, this.#spans(), failed(error, () => this.loadPast()));
    }
  }

  /** Everything anew from what is loaded. */
  draw() {
    if (!this.#loaded) return;
    const { details, hour, forecast, lastDay } = this.#loaded;
    const asked = this.#asked;
    replace(this.element,
      heading(details, () => this.close()),
      head(hour, details, this.shown),
      details.subZones.length ? this.#zones(details.subZones) : null,
      hour.breakdown || hour.explained ? this.#bars() : null,
      explanation(hour.explained, { unfold: (zone) => this.#unfold(zone), names: this.#names }),
      this.shown.at ? null : bestHours(forecast, lastDay, details.timezone, this.shown.palette),
      this.#charts,
      asked && !this.context.api.isStatic() ? downloads(this.context.api.address, asked) : null,
      sources(details));
    if (this.#past) this.#drawPast();
  }

  /**
   * What an aggregate is made of.
   * @param {string[]} keys
   */
  #zones(keys) {
    const named = keys.map((key) => ({ key, name: this.#names(key) })).sort((a, b) => a.name.localeCompare(b.name));
    return h("details", { class: "panel-zones" },
      h("summary", {}, t("panel.zones", { count: keys.length })),
      h("ul", {}, named.map(({ key, name }) => h("li", {}, h("button", {
        type: "button", onclick: () => this.context.state.set({ zone: key, view: "zones" }),
      }, name)))));
  }

  #bars() {
    const { details, hour } = /** @type {Loaded} */ (this.#loaded);
    const own = productionBars(hour, details);
    const exchanges = exchangeBars(hour, details);
    const look = { unit: this.#drawnUnit, palette: this.shown.palette, theme: themeOf(this.shown), zone: details.zone, names: this.#names };
    return h("section", { class: "panel-hour", "aria-label": t("panel.bars") },
      details.subZones.length ? null : this.#units(),
      barTable(t("panel.production"), own, scaleOf(own, look.unit), look),
      exchanges.length ? barTable(t("panel.exchanges"), exchanges, scaleOf(exchanges, look.unit), look) : null);
  }

  /** What is drawn of power; an aggregate has no factors of its own, so there is nothing to choose. */
  get #drawnUnit() {
    return this.#loaded?.details.subZones.length ? "electricity" : this.#unit;
  }

  #units() {
    const units = /** @type {const} */ ([["electricity", t("panel.electricity")], ["emissions", t("panel.emissions")]]);
    return choice(t("panel.unit"), units, this.#unit, (unit) => this.#pickUnit(unit));
  }

  /** @param {import("./bars.js").Unit} unit */
  #pickUnit(unit) {
    this.#unit = unit;
    this.draw();
    /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-choice="${unit}"]`))?.focus();
  }

  #spans() {
    const names = /** @type {import("./data.js").Span[]} */ (Object.keys(SPANS));
    const pick = (/** @type {import("./data.js").Span} */ span) => {
      this.context.state.set({ span }, { replace: true });
      /** @type {HTMLElement | null} */ (this.#charts.querySelector(`[data-choice="${span}"]`))?.focus();
    };
    return [
      h("h3", {}, t("panel.charts")),
      choice(t("panel.span"), names.map((name) => [name, t(`span.${name}`)]), this.shown.span, pick)];
  }

  #drawPast() {
    const { details, forecast } = /** @type {Loaded} */ (this.#loaded);
    const past = /** @type {import("./data.js").Past} */ (this.#past);
    /** @type {import("./options.js").Drawing} */
    const drawing = {
      span: this.shown.span, timeZone: details.timezone, palette: this.shown.palette, theme: themeOf(this.shown),
      ink: getComputedStyle(this.element).color, faint: FAINT, unit: this.#drawnUnit,
      names: this.#names,
    };
    const rows = periods(past, details, this.shown);
    const isHourly = SPANS[this.shown.span].granularity === "hourly";
    this.#free();
    const made = figures(chartsOf(rows, past, isHourly ? forecast : null, drawing));
    this.#free = made.free;
    replace(this.#charts, this.#spans(), rows.length ? made.node : h("p", {}, t("panel.noPast")));
  }

  /** @param {string} zone */
  #names = (zone) => this.#loaded?.names.get(zone) ?? zone;

  /** @param {string} zone */
  #unfold(zone) {
    const hour = this.#loaded?.hour.explained;
    return this.context.api.get("/explain", {
      zone, datetime: hour.datetime, emissionFactorType: told(this.shown).emissionFactorType,
    });
  }
}
