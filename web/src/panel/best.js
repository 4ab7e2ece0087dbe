// The best hours to come: a sentence and a strip, with how they are foreseen and how far off that was yesterday.

import { h } from "../dom.js";
import { colour } from "../colours.js";
import { methodName, methodText } from "../methods.js";
import { moment, number, percent, t } from "../text.js";
import { CLOCK } from "./options.js";
import { bestRun } from "./rows.js";

const RUN_H = 3;
/** Below this part of the mean no hours are called better than others. */
const WORTH = 0.05;

/**
 * @param {import("./data.js").Forecast | null} forecast
 * @param {import("./data.js").LastDay | null} lastDay
 * @param {string} timeZone
 * @param {import("../colours.js").Palette} palette
 */
export function bestHours(forecast, lastDay, timeZone, palette) {
  const rows = forecast?.forecast ?? [];
  const best = bestRun(rows, RUN_H);
  const inside = forecast && best
    ? [h("p", {}, sentence(rows, best, timeZone)), strip(rows, best, timeZone, palette),
      lastDay && h("p", { dataset: { figure: "lastDay" } }, yesterday(lastDay)),
      h("p", { class: "panel-small" }, methodText(forecast.method))]
    : [h("p", {}, t("best.none"))];
  return h("section", { class: "panel-best", "aria-labelledby": "panel-best" },
    h("h3", { id: "panel-best" }, t("best.title")), inside);
}

/**
 * @param {import("./data.js").Forecast["forecast"]} rows
 * @param {NonNullable<ReturnType<typeof bestRun>>} best
 * @param {string} timeZone
 */
function sentence(rows, best, timeZone) {
  if (best.saving < WORTH) return t("best.flat");
  const end = new Date(Date.parse(rows[best.at].datetime) + best.hours * 3_600_000).toISOString();
  return t("best.sentence", {
    from: moment(rows[best.at].datetime, { weekday: "short", ...CLOCK, timeZone }),
    to: moment(end, { ...CLOCK, timeZone }),
    value: number(best.meanG), saving: percent(best.saving),
  });
}

/**
 * @param {import("./data.js").Forecast["forecast"]} rows
 * @param {NonNullable<ReturnType<typeof bestRun>>} best
 * @param {string} timeZone
 * @param {import("../colours.js").Palette} palette
 */
function strip(rows, best, timeZone, palette) {
  return h("ol", { class: "panel-strip", "aria-label": t("best.strip") }, rows.map((row, at) => {
    const isBest = at >= best.at && at < best.at + best.hours && best.saving >= WORTH;
    const text = `${moment(row.datetime, { ...CLOCK, timeZone })}: ${number(row.carbonIntensity)}`;
    const style = { "background-color": colour("intensity", row.carbonIntensity, palette) };
    return h("li", { class: isBest ? "panel-best-hour" : null, style, title: `${text} gCO₂eq/kWh` },
      h("span", { class: "unseen" }, text));
  }));
}

/** @param {import("./data.js").LastDay} lastDay */
function yesterday({ errorPercent, method }) {
  const error = percent(errorPercent / 100, errorPercent < 1 ? 1 : 0);
  return t("best.lastDay", { error, method: methodName(method) });
}
