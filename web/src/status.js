// How the sources are doing: what an operator, or a doubting reader, wants to see first.

import { h, replace } from "./dom.js";
import { ago, number, t } from "./text.js";

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
