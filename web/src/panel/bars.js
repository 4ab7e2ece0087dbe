// Bars of an hour: what each mode, store and neighbour gives to the grid or takes from it, before what it could.

import { h } from "../dom.js";
import { colour, missing, MODE_COLOURS } from "../colours.js";
import { number, percent, power, t } from "../text.js";
import { tonnesPerHour } from "./rows.js";

/** @typedef {import("./rows.js").Bar} Bar */
/** @typedef {"electricity" | "emissions"} Unit */
/**
 * @typedef {object} Look
 * @property {Unit} unit
 * @property {import("../colours.js").Palette} palette
 * @property {import("../colours.js").Theme} theme
 * @property {string} zone  The key of the zone whose bars they are.
 * @property {Names} names
 */
/** @typedef {(zone: string) => string} Names  What people call a zone. */

/**
 * A table of bars on one scale.
 * @param {string} caption
 * @param {Bar[]} bars
 * @param {Scale} scale
 * @param {Look} look
 */
export function barTable(caption, bars, scale, look) {
  const unit = look.unit === "electricity" ? "MW" : "t CO₂eq/h";
  return h("table", { class: "panel-bars" },
    h("caption", {}, `${caption}, ${unit}`),
    h("tbody", {}, bars.map((bar) => line(bar, scale, look))));
}

/** @typedef {{low: number, high: number}} Scale  Both in the unit of the bars; low ≤ 0 ≤ high. */

/**
 * A scale on which all bars, and in MW what they could be, have room.
 * @param {Bar[]} bars
 * @param {Unit} unit
 * @returns {Scale}
 */
export function scaleOf(bars, unit) {
  const values = bars.map((bar) => valueOf(bar, unit) ?? 0);
  const limits = unit === "electricity" ? bars.flatMap((bar) => [bar.capacityMw ?? 0, -(bar.outMw ?? 0)]) : [];
  return { low: Math.min(0, ...values, ...limits), high: Math.max(1e-9, ...values, ...limits) };
}

/**
 * MW, or t/h.
 * @param {Bar} bar
 * @param {Unit} unit
 */
export function valueOf(bar, unit) {
  return unit === "electricity" ? bar.powerMw : tonnesPerHour(bar.powerMw, bar.gPerKwh);
}

/**
 * @param {Bar} bar
 * @param {Scale} scale
 * @param {Look} look
 */
function line(bar, scale, look) {
  const value = valueOf(bar, look.unit);
  const text = look.unit === "electricity" ? power(value) : number(value, value !== null && Math.abs(value) < 10 ? 1 : 0);
  const why = h("span", { class: "panel-hint", role: "tooltip", id: `why-${bar.kind}-${bar.name.replaceAll(" ", "-")}` }, explained(bar, look));
  return h("tr", { dataset: { bar: bar.name } },
    h("th", { scope: "row" },
      h("button", { type: "button", class: "panel-name", "aria-describedby": why.id }, nameOf(bar, look)), why),
    h("td", { class: "panel-track", "aria-hidden": "true" }, track(bar, value, scale, look)),
    h("td", { class: "panel-value" }, bar.powerMw === null ? t("panel.unknown") : text));
}

/**
 * @param {Bar} bar
 * @param {Look} look
 */
function nameOf(bar, { names }) {
  return bar.kind === "exchange" ? names(bar.name) : t(`mode.${bar.name}`);
}

/**
 * @param {Bar} bar
 * @param {number | null} value
 * @param {Scale} scale
 * @param {Look} look
 */
function track(bar, value, scale, look) {
  const limits = look.unit === "electricity" ? [span("panel-capacity", -(bar.outMw ?? 0), bar.capacityMw ?? 0, scale)] : [];
  const made = value === null ? null : span("panel-bar", Math.min(0, value), Math.max(0, value), scale);
  made?.style.setProperty("background-color", colourOf(bar, look));
  if (bar.isFallback) made?.classList.add("panel-hatched");
  const zero = h("span", { class: "panel-zero", style: { left: at(0, scale) } });
  return h("span", { class: "panel-room" }, limits, made, zero);
}

/**
 * @param {string} name
 * @param {number} from
 * @param {number} to
 * @param {Scale} scale
 */
function span(name, from, to, scale) {
  return h("span", { class: name, style: { left: at(from, scale), right: `calc(100% - ${at(to, scale)})` } });
}

/**
 * @param {number} value
 * @param {Scale} scale
 */
function at(value, { low, high }) {
  return `${((100 * (value - low)) / (high - low)).toFixed(2)}%`;
}

/**
 * @param {Bar} bar
 * @param {Look} look
 */
function colourOf(bar, { palette, theme }) {
  if (bar.kind !== "exchange") return MODE_COLOURS[bar.name];
  return bar.gPerKwh === null ? missing(theme) : colour("intensity", bar.gPerKwh, palette);
}

/**
 * What a bar means, in sentences.
 * @param {Bar} bar
 * @param {Look} look
 */
function explained(bar, look) {
  return [...what(bar, look), ...carries(bar, look), ...could(bar)].join(" ");
}

/**
 * @param {Bar} bar
 * @param {Look} look
 */
function what(bar, look) {
  const name = nameOf(bar, look);
  if (bar.powerMw === null) return [t(bar.hasSource ? "panel.tip.unknown" : "panel.tip.noSource", { name })];
  const zone = look.names(look.zone);
  const values = { name, power: power(Math.abs(bar.powerMw)), zone };
  const way = bar.powerMw < 0 ? "out" : "in";
  const sentences = [t(`panel.tip.${bar.kind}.${way}`, values)];
  if (bar.share !== null) sentences.push(t("panel.tip.share", { share: percent(bar.share, 1), zone }));
  return sentences;
}

/**
 * @param {Bar} bar
 * @param {Look} look
 */
function carries(bar, look) {
  if (bar.powerMw === null || bar.gPerKwh === null) return [];
  const intensity = number(bar.gPerKwh);
  const tonnes = number(Math.abs(tonnesPerHour(bar.powerMw, bar.gPerKwh) ?? 0), 1);
  if (bar.factorSource) return [t("panel.tip.factor", { intensity, source: bar.factorSource, tonnes })];
  if (bar.isFallback) return [t("panel.tip.fallback", { intensity, tonnes })];
  return [t(bar.powerMw < 0 ? "panel.tip.own" : "panel.tip.intensity", { intensity, tonnes, zone: look.names(look.zone) })];
}

/** @param {Bar} bar */
function could(bar) {
  if (bar.kind === "exchange") {
    if (bar.capacityMw === null || bar.outMw === null) return [];
    return [t("panel.tip.link", { into: power(bar.capacityMw), out: power(bar.outMw) })];
  }
  return bar.capacityMw === null ? [] : [t("panel.tip.capacity", { capacity: power(bar.capacityMw) })];
}
