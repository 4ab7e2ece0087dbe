// The top of the panel: what a kilowatt-hour carries, how clean it is, of when, and how it is known.

import { h } from "../dom.js";
import { colour, textOn } from "../colours.js";
import { ago, moment, number, percent, t } from "../text.js";
import { CLOCK } from "./options.js";

/**
 * @param {import("./data.js").Hour} hour
 * @param {import("./data.js").Details} details
 * @param {Readonly<import("../state.js").State>} shown
 */
export function head(hour, details, shown) {
  const row = hour.intensity;
  if (!row) return nothing(details);
  return h("section", { class: "panel-head", "aria-label": t("panel.now") },
    h("div", { class: "panel-figures" },
      intensityFigure(row, shown),
      shareFigure(t("panel.carbonFree"), shareOf(hour, "carbonFree"), "carbonFree", shown),
      shareFigure(t("panel.renewable"), shareOf(hour, "renewable"), "renewable", shown)),
    h("p", { class: "panel-meaning" }, meaning(shown)),
    h("p", { class: "panel-time" }, timeText(row, details)),
    quality(row));
}

/** @param {import("./data.js").Details} details */
function nothing(details) {
  return h("section", { class: "panel-head panel-nothing" },
    h("p", {}, h("strong", {}, t("panel.noData"))), h("p", {}, details.reason ?? t("panel.noHour")));
}

/**
 * @param {any} row
 * @param {Readonly<import("../state.js").State>} shown
 */
function intensityFigure(row, shown) {
  const background = colour("intensity", row.carbonIntensity, shown.palette);
  const style = { "background-color": background, color: textOn(background) };
  return h("div", { class: "panel-figure panel-intensity", style },
    h("strong", { dataset: { figure: "intensity" } }, number(row.carbonIntensity)), h("span", {}, "gCO₂eq/kWh"));
}

/**
 * @param {string} label
 * @param {number | null} share
 * @param {"carbonFree" | "renewable"} metric
 * @param {Readonly<import("../state.js").State>} shown
 */
function shareFigure(label, share, metric, shown) {
  const style = { "border-color": share === null ? "currentcolor" : colour(metric, 100 * share, shown.palette) };
  return h("div", { class: "panel-figure", style },
    h("strong", { dataset: { figure: metric } }, percent(share)), h("span", {}, label));
}

/**
 * The API tells both shares of consumption only.
 * @param {import("./data.js").Hour} hour
 * @param {"carbonFree" | "renewable"} metric
 */
function shareOf(hour, metric) {
  const name = metric === "carbonFree" ? "fossilFreePercentage" : "renewablePercentage";
  const found = hour.breakdown?.[name] ?? null;
  return found === null ? null : found / 100;
}

/** @param {Readonly<import("../state.js").State>} shown */
function meaning({ mode, basis }) {
  return t("panel.meaning", { of: t(`panel.of.${mode}`), basis: t(`panel.basis.${basis}`) });
}

/**
 * @param {any} row
 * @param {import("./data.js").Details} details
 */
function timeText(row, details) {
  const end = new Date(Date.parse(row.datetime) + 3_600_000).toISOString();
  /** @type {Intl.DateTimeFormatOptions} */
  const clock = { ...CLOCK, timeZone: details.timezone };
  const from = moment(row.datetime, { weekday: "short", day: "numeric", month: "short", ...clock });
  return t("panel.time", { from, to: moment(end, clock), zone: details.timezone, ago: ago(end) });
}

/** @param {any} row */
function quality(row) {
  const shares = ["measured", "estimated", "fallback"].filter((name) => row[`${name}Share`] > 0.0005);
  const words = shares.map((name) => h("span", { class: `panel-tag panel-${name}`, title: t(`panel.why.${name}`) },
    t(`panel.${name}`, { share: percent(row[`${name}Share`], 1) })));
  const flags = row.flags.map((/** @type {string} */ flag) =>
    h("li", {}, t(`flag.${flag}`) === `flag.${flag}` ? flag.replaceAll("_", " ") : t(`flag.${flag}`)));
  return h("div", { class: "panel-quality" },
    row.origin === "live" ? null : h("p", { class: "panel-origin", role: "note" }, t(`panel.origin.${row.origin}`)),
    h("p", { class: "panel-tags" }, words),
    row.isEstimated ? h("p", {}, t(`panel.estimation.${row.estimationMethod}`)) : null,
    flags.length ? h("ul", { class: "panel-flags" }, flags) : null);
}
