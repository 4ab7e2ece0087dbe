// What the page shows: one store, mirrored in the address, so that every view has a link and the back button works.

import { recall, remember } from "./storage.js";

/**
 * @typedef {object} State
 * @property {string | null} zone  the key of the zone whose panel is open
 * @property {string | null} at  an hour, as 2026-03-10T11:00:00.000Z; null is now
 * @property {"consumption" | "production"} mode
 * @property {"zones" | "countries"} view
 * @property {"lifecycle" | "direct"} basis
 * @property {import("./colours.js").Metric} metric
 * @property {"auto" | import("./colours.js").Theme} theme
 * @property {import("./colours.js").Palette} palette
 * @property {string} language
 * @property {"off" | "on"} wind  whether the map shows it
 * @property {"off" | "on"} sun  whether the map shows it
 * @property {"24h" | "72h" | "30d" | "12m"} span  of the panel's charts
 * @property {"map" | "ranking" | "status"} page
 * @property {string | null} source  the parser whose log is shown, of the page status
 */
/** @typedef {keyof State} Key */

/** @type {Readonly<Record<Key, readonly string[] | null>>} What each key may be, its default first; null is free. */
const CHOICES = {
  zone: null,
  at: null,
  mode: ["consumption", "production"],
  view: ["zones", "countries"],
  basis: ["lifecycle", "direct"],
  metric: ["intensity", "renewable", "carbonFree", "price"],
  theme: ["auto", "light", "dark"],
  palette: ["standard", "safe"],
  language: ["en", "de", "fr", "es", "pt"],
  wind: ["off", "on"],
  sun: ["off", "on"],
  span: ["24h", "72h", "30d", "12m"],
  page: ["map", "ranking", "status"],
  source: null,
};
/** Choices of the reader, not of what is shown: kept in the browser, and not in links. */
const PREFERENCES = /** @type {readonly Key[]} */ (["theme", "palette", "language", "wind", "sun"]);
const KEYS = /** @type {Key[]} */ (Object.keys(CHOICES));
/** Keys of zones and names of parsers. */
const NAME = /^[A-Z0-9_-]{2,64}$/i;
const STORED = "gridtrace-preferences";

/** @type {State} */
let current = read();
/** @type {Set<{keys: readonly Key[], tell: (state: State, changed: Set<Key>) => void}>} */
const subscribers = new Set();

/** What is shown now. @returns {Readonly<State>} */
export function get() {
  return current;
}

/** The languages there are. @returns {readonly string[]} */
export function languages() {
  return /** @type {readonly string[]} */ (CHOICES.language);
}

/**
 * Show something else.
 * @param {Partial<State>} partial
 * @param {{replace?: boolean}} [options] whether the back button is to pass over it
 */
export function set(partial, { replace = false } = {}) {
  const next = { ...current, ...partial };
  const changed = KEYS.filter((key) => next[key] !== current[key]);
  if (!changed.length) return;
  const kept = Object.fromEntries(PREFERENCES.map((key) => [key, next[key]]));
  remember("localStorage", STORED, JSON.stringify(kept));
  const isPreference = changed.every((key) => PREFERENCES.includes(key));
  const url = `${location.pathname}${location.search}${hash(next)}`;
  history[replace || isPreference ? "replaceState" : "pushState"](null, "", url);
  change(next);
}

/**
 * Hear of changes.
 * @param {readonly Key[]} keys which ones; none for all
 * @param {(state: State, changed: Set<Key>) => void} tell
 * @returns {() => void} ends it
 */
export function subscribe(keys, tell) {
  const one = { keys, tell };
  subscribers.add(one);
  return () => void subscribers.delete(one);
}

/**
 * The address's part that says what is shown.
 * @param {State} state
 */
function hash(state) {
  const said = new URLSearchParams();
  for (const key of KEYS) {
    const value = state[key];
    if (!PREFERENCES.includes(key) && value && value !== CHOICES[key]?.[0]) said.set(key, value);
  }
  return said.size ? `#${said}` : "";
}

/** What the address, the browser and the defaults say, in this order. @returns {State} */
function read() {
  const said = new URLSearchParams(location.hash.slice(1));
  const stored = preferences();
  const found = KEYS.map((key) => {
    const choices = CHOICES[key];
    const value = said.get(key) ?? (PREFERENCES.includes(key) ? stored[key] : null);
    if (choices) return [key, choices.includes(value ?? "") ? value : choices[0]];
    return [key, key === "at" ? moment(value) : NAME.test(value ?? "") ? value : null];
  });
  return Object.fromEntries(found);
}

/** @returns {Record<string, string>} */
function preferences() {
  const ofBrowser = navigator.languages.map((name) => name.slice(0, 2)).find((name) => languages().includes(name));
  try {
    return { language: ofBrowser ?? "en", ...JSON.parse(recall("localStorage", STORED) ?? "{}") };
  } catch {
    return { language: ofBrowser ?? "en" };
  }
}

/** @param {string | null} text */
function moment(text) {
  const found = new Date(text ?? "");
  return Number.isNaN(found.getTime()) ? null : found.toISOString();
}

/** @param {State} next */
function change(next) {
  const changed = new Set(KEYS.filter((key) => next[key] !== current[key]));
  current = next;
  for (const { keys, tell } of changed.size ? [...subscribers] : []) {
    if (!keys.length || keys.some((key) => changed.has(key))) tell(current, changed);
  }
}

addEventListener("popstate", () => change(read()));
addEventListener("hashchange", () => change(read()));
