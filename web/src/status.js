// How the sources are doing: what an operator, or a doubting reader, wants to see first.

import { h, replace } from "./dom.js";
import { methodName } from "./methods.js";
import { ago, moment, number, percent, t } from "./text.js";

/**
 * @typedef {object} ParserHealth
 * @property {string} parser
 * @property {number} series
 * @property {number} good
 * @property {number} bad
 * @property {number} skipped
 * @property {string | null} newestData
 * @property {string | null} lastSuccess
 * @property {{kind: string, key: string, message: string, at: string | null} | null} lastError
 */
/**
 * @typedef {object} Status  as /status says
 * @property {ParserHealth[]} parsers
 * @property {Record<string, number>} quarantine  events that wait, by parser or function
 * @property {{startedAt: string, endedAt: string | null, seconds: number | null, summary: string | null}[]} cycles
 * @property {{own: string[], estimated: Record<string, string>, without: Record<string, string>}} zones
 * @property {Forecasts} forecasts
 *
 * @typedef {object} Forecasts
 * @property {string | null} issued  when the newest were
 * @property {Record<string, number>} methods  zones by method
 * @property {string | null} oldestModelUntil
 * @property {Span[]} skill
 *
 * @typedef {object} Span  medians over zones of forecasts of hours so far ahead
 * @property {number} fromHours
 * @property {number} toHours
 * @property {number} zones
 * @property {number} errorPercent
 * @property {number | null} inBandPercent
 */

/** What is worth a look comes first. */
const ORDER = ["bad", "good", "idle"];

/** @param {ParserHealth} one */
function health(one) {
  if (one.bad) return "bad";
  return one.good ? "good" : "idle";
}

/**
 * Draw what /status said.
 * @param {HTMLElement} element
 * @param {Status} said
 */
export function drawStatus(element, said) {
  const { own, estimated, without } = said.zones;
  const counts = { own: own.length, estimated: Object.keys(estimated).length, without: Object.keys(without).length };
  const sorted = [...said.parsers].sort((a, b) =>
    ORDER.indexOf(health(a)) - ORDER.indexOf(health(b)) || b.bad - a.bad || a.parser.localeCompare(b.parser));
  replace(element,
    h("h2", {}, t("status.title")),
    h("p", {}, t("status.zones", counts)),
    h("p", { class: "cycle" }, cycle(said.cycles[0])),
    forecasts(said.forecasts),
    h("h3", {}, t("status.parsers")),
    h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": t("status.title") },
      h("table", {},
        h("thead", {}, h("tr", {}, ["parser", "health", "data", "success", "quarantine", "error"].map((name) =>
          h("th", { scope: "col" }, t(`status.${name}`))))),
        h("tbody", {}, sorted.map((one) => row(one, waiting(one.parser, said.quarantine)))))));
}

/** @param {Status["cycles"][number] | undefined} last */
function cycle(last) {
  if (!last) return t("status.noCycle");
  return `${t("status.cycle", { ago: ago(last.startedAt) })} ${last.summary ?? ""}`;
}

/** @param {Forecasts} said */
function forecasts({ issued, methods, oldestModelUntil, skill }) {
  const counts = Object.entries(methods).map(([method, count]) => `${methodName(method)} (${number(count)})`);
  return h("section", {},
    h("h3", {}, t("status.forecasts")),
    h("p", {}, issued ? t("status.issued", { ago: ago(issued), methods: counts.join("; ") }) : t("status.notIssued"),
      oldestModelUntil && ` ${t("status.oldestModel", { at: moment(oldestModelUntil) })}`),
    skill.length > 0 && h("table", { class: "skill" },
      h("caption", {}, t("status.skill")),
      h("thead", {}, h("tr", {}, ["ahead", "off", "inBand", "compared"].map((name) => h("th", { scope: "col" }, t(`status.${name}`))))),
      h("tbody", {}, skill.map(span))));
}

/** @param {Span} one */
function span(one) {
  const share = (/** @type {number | null} */ value) => percent(value === null ? null : value / 100, 1);
  return h("tr", {},
    h("th", { scope: "row" }, `${one.fromHours}–${one.toHours}`),
    [share(one.errorPercent), share(one.inBandPercent), number(one.zones)].map((cell) => h("td", { class: "number" }, cell)));
}

/**
 * @param {ParserHealth} one
 * @param {number} held  events in quarantine
 */
function row(one, held) {
  const error = one.lastError;
  return h("tr", { class: health(one) },
    h("th", { scope: "row" }, h("a", { href: `#page=status&source=${one.parser}` }, one.parser)),
    h("td", { class: "series" }, h("span", { class: `light ${health(one)}`, "aria-hidden": "true" }),
      t("status.series", { good: one.good, bad: one.bad, skipped: one.skipped })),
    h("td", {}, one.newestData ? ago(one.newestData) : "–"),
    h("td", {}, one.lastSuccess ? ago(one.lastSuccess) : "–"),
    h("td", { class: "number" }, number(held)),
    h("td", {}, error && [h("code", {}, `${error.kind} ${error.key}`), ` ${error.message}`,
      error.at && h("small", {}, ` ${ago(error.at)}`)]));
}

/**
 * @param {string} parser
 * @param {Record<string, number>} quarantine
 */
function waiting(parser, quarantine) {
  const own = Object.entries(quarantine).filter(([name]) => name.split(".")[0] === parser);
  return own.reduce((sum, [, count]) => sum + count, 0);
}
