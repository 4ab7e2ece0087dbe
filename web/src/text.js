// Every word of the interface, from one table per language; numbers and dates as the language writes them.

/** @type {Record<string, string>} */
let words = {};
let language = "en";
/** The language as the reader's country writes it, where the browser says which. */
let locale = "en";

/**
 * Speak a language from now on; what its table lacks is said in English.
 * @param {string} wanted one of web/text
 */
export async function load(wanted) {
  const names = [...new Set(["en", wanted])];
  const tables = await Promise.all(names.map(table));
  words = Object.assign({}, ...tables);
  language = wanted;
  locale = navigator.languages.find((name) => name.slice(0, 2) === wanted) ?? wanted;
  document.documentElement.lang = wanted;
}

/** The language that is spoken. */
export function spoken() {
  return language;
}

/**
 * What a key says, with {names} filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [parameters]
 */
export function t(key, parameters = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in parameters ? String(parameters[name]) : whole));
}

/**
 * A number.
 * @param {number | null | undefined} value nothing is a dash
 * @param {number} [digits] behind the point
 */
export function number(value, digits = 0) {
  if (value === null || value === undefined) return "–";
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, options).format(value);
}

/**
 * A share as per cent.
 * @param {number | null | undefined} share 0 to 1
 * @param {number} [digits]
 */
export function percent(share, digits = 0) {
  if (share === null || share === undefined) return "–";
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(share);
}

/**
 * A power with its unit: MW, or GW from 10,000 MW on.
 * @param {number | null | undefined} power_mw
 */
export function power(power_mw) {
  if (power_mw === null || power_mw === undefined) return "–";
  if (Math.abs(power_mw) >= 10_000) return `${number(power_mw / 1000, 1)} GW`;
  return `${number(power_mw, power_mw && Math.abs(power_mw) < 10 ? 1 : 0)} MW`;
}

/**
 * A moment.
 * @param {string} at ISO 8601
 * @param {Intl.DateTimeFormatOptions} [options] a time zone, other parts; default: day, hour and minute here
 */
export function moment(at, options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) {
  return new Intl.DateTimeFormat(locale, options).format(new Date(at));
}

/**
 * How long ago a moment is, or in how long.
 * @param {string} at ISO 8601
 * @param {number} [now_ms] Unix milliseconds
 */
export function ago(at, now_ms = Date.now()) {
  const seconds = (new Date(at).getTime() - now_ms) / 1000;
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, length] = units.find(([, one]) => Math.abs(seconds) >= one * 1.5) ?? ["minute", 60];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(seconds / length), unit);
}

/**
 * The name of a country.
 * @param {string} code ISO 3166-1
 * @returns {string | null} null for a code that nobody knows
 */
export function country(code) {
  try {
    return new Intl.DisplayNames(language, { type: "region", fallback: "none" }).of(code) ?? null;
  } catch {
    return null;
  }
}

/** @param {string} name @returns {Promise<Record<string, string>>} */
async function table(name) {
  const answer = await fetch(new URL(`../text/${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`The texts of ${name} are not there.`);
  return answer.json();
}
