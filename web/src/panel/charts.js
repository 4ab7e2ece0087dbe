// Charts of a span. Each is a figure with a canvas and, for who cannot see it, a table of the same numbers.

import { h, replace } from "../dom.js";
import { number, t } from "../text.js";
import { bandText, intensityOption, label, originOption, partName, partNames, partValue, valueOption } from "./options.js";

/** @typedef {import("./options.js").Drawing} Drawing */
/** @typedef {import("./rows.js").Period} Period */
/** @typedef {{key: string, unit: string, option: any, columns: string[], rows: (string | number | null)[][]}} Chart */

/**
 * All charts there are rows for.
 * @param {Period[]} periods
 * @param {import("./data.js").Past} past
 * @param {import("./data.js").Forecast | null} forecast
 * @param {Drawing} drawing
 * @returns {Chart[]}
 */
export function chartsOf(periods, past, forecast, drawing) {
  const made = [intensityChart(periods, forecast, drawing)];
  if (periods.some((one) => one.parts.length)) made.push(originChart(periods, drawing));
  for (const [key, value, unit, more] of /** @type {const} */ ([
    ["load", "loadMw", "MW", {}],
    ["exchange", "netImportMw", "MW", { isSigned: true, tip: () => t("chart.tip.exchange") }],
    ["emissions", "emissionsT", "t CO₂eq/h", { isArea: true, tip: () => t("chart.tip.emissions") }],
  ])) {
    if (periods.some((one) => one[value] !== null)) {
      made.push(valueChart(key, periods, periods.map((one) => one[value]), { unit, ...more }, drawing));
    }
  }
  if (past.price.length) made.push(priceChart(past.price, drawing));
  return made;
}

/**
 * @param {Period[]} periods
 * @param {import("./data.js").Forecast | null} forecast
 * @param {Drawing} drawing
 * @returns {Chart}
 */
function intensityChart(periods, forecast, drawing) {
  const ahead = forecast?.forecast ?? [];
  const rows = [
    ...periods.map((one) => [label(one.start, drawing), one.intensityG, one.isEstimated ? t("chart.estimated") : "", ""]),
    ...ahead.map((row) => [label(row.datetime, drawing), row.carbonIntensity, t("chart.forecast"), bandText(row)])];
  const columns = [t("chart.hour"), "gCO₂eq/kWh", t("chart.kind"), t("chart.band")];
  return { key: "intensity", unit: "gCO₂eq/kWh", option: intensityOption(periods, forecast, drawing), columns, rows };
}

/**
 * @param {Period[]} periods
 * @param {Drawing} drawing
 * @returns {Chart}
 */
function originChart(periods, drawing) {
  const names = partNames(periods);
  const rows = periods.map((one) => [label(one.start, drawing), ...names.map((name) => {
    const part = one.parts.find((each) => each.name === name);
    return part ? partValue(part, drawing) : null;
  })]);
  const unit = drawing.unit === "electricity" ? "MW" : "t CO₂eq/h";
  const columns = [t("chart.hour"), ...names.map((name) => partName(name, drawing))];
  return { key: "origin", unit, option: originOption(periods, drawing), columns, rows };
}

/**
 * @param {string} key
 * @param {Period[]} periods
 * @param {(number | null)[]} values
 * @param {{unit: string, digits?: number, isSigned?: boolean, isArea?: boolean, tip?: (at: number) => string}} about
 * @param {Drawing} drawing
 * @returns {Chart}
 */
function valueChart(key, periods, values, about, drawing) {
  const name = t(`chart.${key}`);
  const rows = periods.map((one, at) => [label(one.start, drawing), values[at]]);
  const option = valueOption(periods, values, { ...about, name }, drawing);
  return { key, unit: about.unit, option, columns: [t("chart.hour"), `${name}, ${about.unit}`], rows };
}

/**
 * @param {any[]} prices
 * @param {Drawing} drawing
 */
function priceChart(prices, drawing) {
  const unit = prices[0].unit;
  const rows = prices.filter((row) => row.unit === unit);
  const periods = rows.map((row) => /** @type {Period} */ ({ start: row.datetime }));
  const sources = [...new Set(rows.map((row) => row.source))].join(", ");
  const tip = () => t("chart.tip.price", { source: sources });
  return valueChart("price", periods, rows.map((row) => row.value), { unit, digits: 2, tip }, drawing);
}

/**
 * Figures that draw themselves once ECharts is loaded, and a function that frees them.
 * @param {Chart[]} charts
 * @returns {{node: HTMLElement, free: () => void}}
 */
export function figures(charts) {
  const made = charts.map(figure);
  /** @type {(() => void)[]} */
  const frees = [];
  let isFreed = false;
  import("../../vendor/echarts/echarts.mjs").then((echarts) => {
    for (const { canvas, chart } of isFreed ? [] : made) frees.push(draw(echarts, canvas, chart));
  }, () => made.forEach(({ canvas }) => replace(canvas, t("chart.noLibrary"))));
  return {
    node: h("div", { class: "panel-charts" }, made.map(({ node }) => node)),
    free: () => {
      isFreed = true;
      frees.forEach((free) => free());
    },
  };
}

/** @param {Chart} chart */
function figure(chart) {
  const canvas = h("div", { class: "panel-canvas", "aria-hidden": "true" });
  const title = t(`chart.${chart.key}`);
  const node = h("figure", { class: "panel-chart", dataset: { chart: chart.key } },
    h("figcaption", {}, `${title}, ${chart.unit}`, h("span", { class: "panel-small" }, t(`chart.about.${chart.key}`))),
    canvas, table(title, chart));
  return { node, canvas, chart };
}

/**
 * @param {string} title
 * @param {Chart} chart
 */
function table(title, { columns, rows }) {
  const cell = (/** @type {string | number | null} */ value) =>
    h("td", {}, typeof value === "string" ? value : number(value, value !== null && Math.abs(value) < 10 ? 2 : 0));
  return h("table", { class: "unseen" },
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map(([first, ...others]) =>
      h("tr", {}, h("th", { scope: "row" }, first), others.map(cell)))));
}

/**
 * @param {any} echarts
 * @param {HTMLElement} canvas
 * @param {Chart} chart
 */
function draw(echarts, canvas, chart) {
  const drawn = echarts.init(canvas);
  drawn.setOption(chart.option);
  const observer = new ResizeObserver(() => drawn.resize());
  observer.observe(canvas);
  return () => {
    observer.disconnect();
    drawn.dispose();
  };
}
