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
      shareFigure("carbonFree", hour, shown), shareFigure("renewable", hour, shown)),
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
 * The API tells both shares of consumption only.
 * @param {"carbonFree" | "renewable"} metric
 * @param {import("./data.js").Hour} hour
 * @param {Readonly<import("../state.js").State>} shown
 */
function shareFigure(metric, hour, { palette, mode }) {
  const found = hour.breakdown?.[metric === "carbonFree" ? "fossilFreePercentage" : "renewablePercentage"] ?? null;
  const style = { "border-color": found === null ? "currentcolor" : colour(metric, found, palette) };
  const label = mode === "consumption" ? t(`panel.${metric}`) : `${t(`panel.${metric}`)} (${t("mode.consumption")})`;
  return h("div", { class: "panel-figure", style },
    h("strong", { dataset: { figure: metric } }, percent(found === null ? null : found / 100)), h("span", {}, label));
}

/** @param {Readonly<import("../state.js").State>} shown */
function meaning({ mode, basis }) {
  return t("panel.meaning", { of: t(`mode.${mode}`), basis: t(`panel.basis.${basis}`) });
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
