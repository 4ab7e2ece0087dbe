// What each chart draws, as options of ECharts. Pure: periods in, options out.

import { h } from "../dom.js";
import { colour, missing, MODE_COLOURS } from "../colours.js";
import { methodName } from "../methods.js";
import { moment, number, percent, power, t } from "../text.js";
import { SPANS } from "./data.js";
import { ESTIMATED, tonnesPerHour } from "./rows.js";

/** @typedef {import("./rows.js").Period} Period */
/** @typedef {import("./rows.js").Part} Part */
/**
 * @typedef {object} Drawing  How charts look, and of what they are.
 * @property {import("./data.js").Span} span
 * @property {string} timeZone
 * @property {import("../colours.js").Palette} palette
 * @property {import("../colours.js").Theme} theme
 * @property {string} ink  Colour of text.
 * @property {string} faint  Colour of lines.
 * @property {import("./bars.js").Unit} unit
 * @property {import("./bars.js").Names} names
 */
/** @typedef {import("./data.js").Ahead} Ahead */
/** @typedef {any} Option  Of ECharts, which types it too loosely to help. */

const GREATEST_G = 1000;
/** Of 24 hours in every language: labels are short so. */
export const CLOCK = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/**
 * When a period begins, as its span needs it.
 * @param {string} start
 * @param {Drawing} drawing
 */
export function label(start, { span, timeZone }) {
  /** @type {Record<string, Intl.DateTimeFormatOptions>} */
  const options = {
    "24h": CLOCK,
    "72h": { weekday: "short", ...CLOCK },
    "30d": { day: "numeric", month: "short" },
    "12m": { month: "short", year: "2-digit" },
  };
  return moment(start, { ...options[span], timeZone });
}

/**
 * What every chart has.
 * @param {string[]} starts
 * @param {Drawing} drawing
 * @returns {Option}
 */
function base(starts, drawing) {
  const { ink, faint } = drawing;
  const axis = { axisLabel: { color: ink, hideOverlap: true, alignMaxLabel: "right" }, axisLine: { lineStyle: { color: faint } } };
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { color: ink, fontFamily: "inherit" },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: starts.map((start) => label(start, drawing)), ...axis, axisTick: { show: false } },
    yAxis: { type: "value", ...axis, splitLine: { lineStyle: { color: faint } } },
  };
}

/**
 * Values by the hour as a line, means of days and months as bars.
 * @param {(number | null)[]} data
 * @param {Drawing} drawing
 * @param {any} [more]
 */
function values(data, drawing, more = {}) {
  if (!isHourly(drawing)) return { type: "bar", data, barCategoryGap: "20%", ...more };
  return { type: "line", data, showSymbol: data.length === 1, symbolSize: 5, ...more, lineStyle: { width: 2, ...more.lineStyle } };
}

/** @param {Drawing} drawing */
function isHourly({ span }) {
  return SPANS[span].granularity === "hourly";
}

/**
 * Intensity, with the forecast going on from it, dashed, before its band.
 * @param {Period[]} periods
 * @param {import("./data.js").Forecast | null} forecast
 * @param {Drawing} drawing
 * @returns {Option}
 */
export function intensityOption(periods, forecast, drawing) {
  const last = periods[periods.length - 1];
  const ahead = (forecast?.forecast ?? []).filter((row) => !last || row.datetime > last.start);
  const starts = [...periods.map((one) => one.start), ...ahead.map((row) => row.datetime)];
  const own = periods.map((one) => (one.isEstimated ? null : one.intensityG));
  const joins = (/** @type {number} */ at) => isHourly(drawing) && periods[at - 1]?.isEstimated;
  const estimated = periods.map((one, at) => (one.isEstimated || joins(at) ? one.intensityG : null));
  const gap = periods.map((one, at) => (at === periods.length - 1 ? one.intensityG : null));
  const guessed = { name: t("chart.estimated"), lineStyle: { type: "dotted" }, itemStyle: { opacity: 0.5 } };
  const foreseen = { name: t("chart.forecast"), lineStyle: { type: "dashed" } };
  const stacked = isHourly(drawing) ? {} : { stack: "known" };
  const colours = Array.from({ length: 41 }, (_, at) => colour("intensity", (at * GREATEST_G) / 40, drawing.palette));
  const coloured = [
    values(own, drawing, { name: t("chart.intensity"), ...stacked, areaStyle: { opacity: 0.25 } }),
    values(estimated, drawing, { ...guessed, ...stacked }),
    ...(ahead.length ? [values([...gap, ...ahead.map((row) => row.carbonIntensity)], drawing, foreseen)] : []),
  ];
  const seriesIndex = coloured.map((_, at) => at);
  return {
    ...base(starts, drawing),
    visualMap: { show: false, min: 0, max: GREATEST_G, dimension: 1, seriesIndex, inRange: { color: colours } },
    tooltip: overAxis((at) => intensityTip(starts[at], periods[at], ahead[at - periods.length], forecast)),
    series: [...coloured, ...bandSeries(gap, ahead, drawing)],
  };
}

/**
 * The band of a forecast as an area of the height high − low on a line that is not seen; none where it has no band.
 * @param {(number | null)[]} gap  What is before the forecast: null but for the value that it goes on from.
 * @param {Ahead[]} ahead
 * @param {Drawing} drawing
 */
function bandSeries(gap, ahead, drawing) {
  if (!ahead.some(hasBand)) return [];
  const lows = [...gap, ...ahead.map((row) => row.low)];
  const heights = [...gap.map((one) => one && 0), ...ahead.map((row) => (hasBand(row) ? row.high - row.low : null))];
  const unseen = { type: "line", name: t("chart.band"), stack: "band", symbol: "none", silent: true, z: 1, lineStyle: { opacity: 0 } };
  return [{ ...unseen, data: lows }, { ...unseen, data: heights, areaStyle: { color: drawing.ink, opacity: 0.14 } }];
}

/**
 * @param {Ahead} row
 * @returns {row is Ahead & {low: number, high: number}}
 */
function hasBand(row) {
  return row.low !== null && row.high !== null;
}

/**
 * Between which values nine of ten are expected; empty where that is not known.
 * @param {Ahead} row
 */
export function bandText(row) {
  return hasBand(row) ? t("chart.between", { low: number(row.low), high: number(row.high) }) : "";
}

/**
 * @param {string} start
 * @param {Period | undefined} period
 * @param {Ahead | undefined} foreseen
 * @param {import("./data.js").Forecast | null} forecast
 */
function intensityTip(start, period, foreseen, forecast) {
  if (foreseen && forecast) {
    const said = t("chart.tip.forecast", { value: number(foreseen.carbonIntensity), method: methodName(forecast.method) });
    return tip(start, said, hasBand(foreseen) ? t("chart.tip.band", { between: bandText(foreseen) }) : "");
  }
  if (!period || period.intensityG === null) return tip(start, t("chart.tip.nothing"));
  const how = period.isEstimated ? t("chart.tip.estimated") : period.isComplete ? "" : t("chart.tip.partial");
  return tip(start, t("chart.tip.intensity", { value: number(period.intensityG) }), how);
}

/**
 * Where the electricity came from, one bar per period; imports in the colour of what they carry.
 * @param {Period[]} periods
 * @param {Drawing} drawing
 * @returns {Option}
 */
export function originOption(periods, drawing) {
  const names = partNames(periods);
  return {
    ...base(periods.map((one) => one.start), drawing),
    tooltip: overItem(({ dataIndex, seriesIndex }) => originTip(periods[dataIndex], names[seriesIndex], drawing)),
    series: names.map((name) => ({
      type: "bar", stack: "origin", name: partName(name, drawing), barCategoryGap: "8%",
      data: periods.map((one) => partItem(one.parts.find((part) => part.name === name), drawing)),
    })),
  };
}

/**
 * What enters in any of the periods: modes in their order, then neighbours by name.
 * @param {Period[]} periods
 */
export function partNames(periods) {
  const all = periods.flatMap((one) => one.parts).filter((part) => part.powerMw > 0);
  const known = Object.keys(MODE_COLOURS).flatMap((mode) => [mode, mode.replace(" storage", " discharge")]);
  const own = [...new Set([...known, ESTIMATED])].filter((name) => all.some((part) => !part.isImport && part.name === name));
  return [...own, ...[...new Set(all.filter((part) => part.isImport).map((part) => part.name))].sort()];
}

/**
 * @param {string} name  A mode, a discharge, the estimated whole, or a neighbour.
 * @param {Drawing} drawing
 */
export function partName(name, { names }) {
  const mode = name.replace(" discharge", " storage");
  if (name === ESTIMATED) return t("chart.estimatedProduction");
  return mode in MODE_COLOURS ? t(`mode.${mode}`) : t("chart.from", { name: names(name) });
}

/**
 * MW or t/h of a part.
 * @param {Part} part
 * @param {Drawing} drawing
 */
export function partValue(part, { unit }) {
  return unit === "electricity" ? part.powerMw : tonnesPerHour(part.powerMw, part.gPerKwh);
}

/**
 * @param {Part | undefined} part
 * @param {Drawing} drawing
 */
function partItem(part, drawing) {
  if (!part) return null;
  const mode = MODE_COLOURS[part.name.replace(" discharge", " storage")];
  const known = part.gPerKwh === null ? missing(drawing.theme) : colour("intensity", part.gPerKwh, drawing.palette);
  const border = part.isImport ? { borderColor: drawing.ink, borderWidth: 0.5, opacity: 0.85 } : {};
  return { value: partValue(part, drawing), itemStyle: { color: part.isImport ? known : mode ?? missing(drawing.theme), ...border } };
}

/**
 * @param {Period} period
 * @param {string} name
 * @param {Drawing} drawing
 */
function originTip(period, name, drawing) {
  const part = period.parts.find((one) => one.name === name);
  if (!part) return tip(period.start, t("chart.tip.nothing"));
  const values = period.parts.map((one) => partValue(one, drawing));
  const total = values.reduce((/** @type {number} */ sum, value) => sum + (value ?? 0), 0);
  const value = partValue(part, drawing);
  const said = drawing.unit === "electricity" ? power(value) : `${number(value, 1)} t CO₂eq/h`;
  const share = value === null || !total ? "–" : percent(value / total, 1);
  const whole = t(drawing.unit === "electricity" ? "chart.tip.ofSupply" : "chart.tip.ofEmissions", { share });
  return tip(period.start, `${partName(name, drawing)}: ${said}`, whole, carriedText(part, drawing));
}

/**
 * @param {Part} part
 * @param {Drawing} drawing
 */
function carriedText(part, { names }) {
  if (part.gPerKwh === null) return t("chart.tip.noIntensity");
  const intensity = number(part.gPerKwh);
  if (part.isImport) return t("chart.tip.import", { intensity, name: names(part.name) });
  return t("chart.tip.factor", { intensity, source: part.factorSource ?? "–" });
}

/**
 * One quantity over the periods.
 * @param {Period[]} periods
 * @param {(number | null)[]} numbers
 * @param {{name: string, unit: string, digits?: number, tip?: (at: number) => string, isSigned?: boolean, isArea?: boolean}} about
 * @param {Drawing} drawing
 * @returns {Option}
 */
export function valueOption(periods, numbers, about, drawing) {
  const say = (/** @type {number} */ at) => numbers[at] === null
    ? t("chart.tip.nothing") : `${about.name}: ${number(numbers[at], about.digits ?? 0)} ${about.unit}`;
  const more = { name: about.name, itemStyle: { color: drawing.ink }, ...(about.isArea && { areaStyle: { opacity: 0.12 } }) };
  const bars = numbers.map((value) => ({ value, itemStyle: { color: (value ?? 0) < 0 ? "#c4784a" : "#3a78c2" } }));
  return {
    ...base(periods.map((one) => one.start), drawing),
    tooltip: overAxis((at) => tip(periods[at].start, say(at), numbers[at] === null ? "" : about.tip?.(at) ?? "")),
    series: [about.isSigned
      ? { type: "bar", name: about.name, data: bars, barCategoryGap: "8%" }
      : values(numbers, drawing, { ...more, lineStyle: { color: drawing.ink } })],
  };
}

/** @param {(at: number) => HTMLElement} draw */
function overAxis(draw) {
  return { trigger: "axis", confine: true, formatter: (/** @type {any} */ all) => draw(all[0].dataIndex) };
}

/** @param {(item: any) => HTMLElement} draw */
function overItem(draw) {
  return { trigger: "item", confine: true, formatter: draw };
}

/**
 * A tooltip as a node, so that names in it stay text.
 * @param {string} start
 * @param {...string} sentences
 */
function tip(start, ...sentences) {
  return h("div", { class: "panel-tip" },
    h("strong", {}, moment(start)), sentences.filter(Boolean).map((sentence) => h("p", {}, sentence)));
}
