// The log of one parser, for the people who wrote it: how it is, hour by hour of a week, and what its last jobs said.

import { h, replace } from "./dom.js";
import { ago, moment, number, percent, t } from "./text.js";

/**
 * @typedef {object} Hour
 * @property {string} start
 * @property {number} good  jobs that went well
 * @property {number} bad
 */
/**
 * @typedef {object} Series
 * @property {string} kind
 * @property {string} key
 * @property {string} state
 * @property {string | null} since
 * @property {string | null} reason
 * @property {string | null} newestData
 * @property {number} errorStreak
 */
/**
 * @typedef {object} Log  as /status/{parser} says
 * @property {string} parser
 * @property {string} title
 * @property {Record<string, string>} facts
 * @property {string[]} addresses
 * @property {string} state
 * @property {Record<string, number>} states
 * @property {Record<"day" | "week" | "month", number | null>} availability
 * @property {Hour[]} hours
 * @property {Series[]} series
 * @property {{startedAt: string, kind: string, key: string, outcome: string, seconds: number, accepted: number, refused: number, suspect: number, message: string | null}[]} jobs
 * @property {{state: string, since: string, closedAt: string | null, series: string[], reason: string}[]} incidents
 */

const TROUBLED = ["failing", "suspect", "stale"];
/** @type {Intl.DateTimeFormatOptions} */
const AS_DAY = { weekday: "short", day: "numeric", month: "short" };

/**
 * Draw what /status/{parser} said.
 * @param {HTMLElement} element
 * @param {Log} log
 * @param {string} feed address of its feed; empty where there is none
 */
export function drawSource(element, log, feed) {
  const { facts } = log;
  replace(element,
    h("p", {}, h("a", { href: "#page=status" }, t("source.back"))),
    h("h2", {}, log.parser, " ", light(log.state)),
    h("p", {}, log.title),
    h("p", { class: "cycle" }, facts.Licence && `${t("sources.licence", { licence: facts.Licence })} `,
      log.addresses.filter((address) => URL.canParse(address)).map((address) => [h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, new URL(address).host), " "]).flat(),
      feed && h("a", { href: feed, type: "application/atom+xml" }, t("source.feed"))),
    h("p", {}, t("source.availability", {
      day: percent(log.availability.day, 1), week: percent(log.availability.week, 1), month: percent(log.availability.month, 1),
    })),
    strip(log.hours),
    h("h3", {}, t("source.incidents")),
    log.incidents.length ? h("ul", { class: "incidents" }, log.incidents.map(incident)) : h("p", {}, t("source.noIncident")),
    table(t("source.series"), ["kind", "key", "state", "since", "data", "streak", "why"], log.series.map(series)),
    table(t("source.jobs"), ["began", "kind", "key", "outcome", "seconds", "events", "held", "why"], log.jobs.map(job)));
}

/** @param {string} state */
function light(state) {
  const look = state === "ok" ? "good" : TROUBLED.includes(state) ? "bad" : "idle";
  return h("span", { class: "state" }, h("span", { class: `light ${look}`, "aria-hidden": "true" }), t(`state.${state}`));
}

/**
 * A row for each day of the reader's clock, a square for each of its hours.
 * @param {Hour[]} hours
 */
function strip(hours) {
  /** @type {Map<string, Hour[]>} */
  const days = new Map();
  for (const hour of hours) {
    const name = moment(hour.start, AS_DAY);
    days.set(name, [...(days.get(name) ?? []), hour]);
  }
  return h("figure", { class: "strip" }, h("figcaption", {}, t("source.strip")), [...days].map(([name, own]) => day(name, own)));
}

/**
 * @param {string} name
 * @param {Hour[]} hours
 */
function day(name, hours) {
  const [good, bad] = [sum(hours, "good"), sum(hours, "bad")];
  const said = good + bad ? percent(good / (good + bad), 1) : t("source.noJob");
  return h("div", { class: "day", role: "img", "aria-label": t("source.day", { day: name, share: said }) },
    h("span", { class: "name" }, name),
    hours.map((hour) => h("span", {
      class: `hour ${look(hour)}`, title: `${moment(hour.start)}: ${count(hour)}`,
      style: { "grid-column": new Date(hour.start).getHours() + 2 },
    })),
    h("span", { class: "share" }, said));
}

/** @param {Hour} hour */
function look({ good, bad }) {
  if (!good && !bad) return "none";
  if (!bad) return "good";
  return good ? "part" : "bad";
}

/** @param {Hour} hour */
function count({ good, bad }) {
  return good + bad ? t("source.hour", { good, bad }) : t("source.noJob");
}

/**
 * @param {Hour[]} hours
 * @param {"good" | "bad"} name
 */
function sum(hours, name) {
  return hours.reduce((total, hour) => total + hour[name], 0);
}

/** @param {Log["incidents"][number]} one */
function incident(one) {
  const end = one.closedAt ? t("source.over", { at: moment(one.closedAt) }) : t("source.open");
  return h("li", {}, light(one.state), ` ${t("source.since_at", { at: moment(one.since) })}, ${end}: `,
    h("code", {}, one.series.slice(0, 6).join(", "), one.series.length > 6 ? ` +${one.series.length - 6}` : ""), ` ${one.reason}`);
}

/** @param {Series} one */
function series(one) {
  return [one.kind, h("code", {}, one.key), light(one.state), one.since ? ago(one.since) : "", one.newestData ? ago(one.newestData) : "–",
    one.errorStreak ? number(one.errorStreak) : "", one.reason];
}

/** @param {Log["jobs"][number]} one */
function job(one) {
  const held = one.refused + one.suspect;
  return [moment(one.startedAt), one.kind, h("code", {}, one.key), one.outcome, number(one.seconds, 1), number(one.accepted),
    held ? number(held) : "", one.message];
}

/**
 * @param {string} title
 * @param {string[]} names of columns
 * @param {(Node | string | null)[][]} rows
 */
function table(title, names, rows) {
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": title }, h("h3", {}, title),
    h("table", {},
      h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, t(`source.${name}`))))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)))))));
}
