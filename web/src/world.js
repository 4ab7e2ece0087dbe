// What is known of every zone at once, and the same by country. Data in, data out.

import { country } from "./text.js";
import { unit } from "./colours.js";

/**
 * @typedef {object} ZoneInfo  as /v4/zones says
 * @property {string} displayName
 * @property {string | null} countryName
 * @property {string | null} countryCode
 * @property {string[]} subZoneKeys
 */
/** @typedef {Record<string, ZoneInfo>} Zones */
/**
 * @typedef {object} Row  an hour of a zone as /state says; g/kWh, shares 0 to 1, MW
 * @property {string} datetime
 * @property {number | null} lifecycle
 * @property {number | null} direct
 * @property {number | null} productionLifecycle
 * @property {number | null} productionDirect
 * @property {number | null} renewable
 * @property {number | null} carbonFree
 * @property {number | null} measured
 * @property {number | null} consumptionMw
 * @property {number | null} productionMw
 * @property {string | null} estimation
 * @property {string} origin
 */
/** @typedef {{value: number, unit: string}} Price */
/** @typedef {{mw: number, lifecycle: number | null, direct: number | null, lonlat: [number, number], rotation: number}} Flow */
/**
 * @typedef {object} World  as /state says
 * @property {string} datetime
 * @property {Record<string, Row>} zones
 * @property {Record<string, Flow>} exchanges
 * @property {Record<string, Price>} [prices]
 * @property {Record<string, string>} missing
 */
/**
 * @typedef {object} Place  a zone, or the zones of a country
 * @property {string} key
 * @property {string} name
 * @property {string | null} within  the country, where that says more than the name
 * @property {Row | null} row  null if nothing is known
 * @property {Price | null} price
 * @property {string | null} reason  why nothing is known
 * @property {string[]} parts  keys of the zones it is made of
 * @property {number} told  how many of them have data
 * @property {boolean} isZone  whether there is a zone of this key
 */

const BY_CONSUMPTION = /** @type {const} */ (["lifecycle", "direct", "renewable", "carbonFree", "measured"]);
const BY_PRODUCTION = /** @type {const} */ (["productionLifecycle", "productionDirect"]);
const TYPICAL = "typical_mix";

/**
 * The place a zone belongs to in a view.
 * @param {string} key of a zone
 * @param {Zones} zones
 * @param {"zones" | "countries"} view
 */
export function placeKey(key, zones, view) {
  return (view === "countries" && zones[key]?.countryCode) || key;
}

/**
 * What a zone is called in the language that is spoken.
 * @param {string} key
 * @param {Zones} zones
 */
export function nameOf(key, zones) {
  const info = zones[key];
  const isCountry = !info || info.countryCode === key;
  return (isCountry && country(key)) || info?.displayName || key;
}

/**
 * Every place of a view; the aggregates of zones.json are not among the zones, as they lie over others.
 * @param {World} world
 * @param {Zones} zones
 * @param {"zones" | "countries"} view
 * @returns {Map<string, Place>}
 */
export function places(world, zones, view) {
  /** @type {Map<string, string[]>} */
  const parts = new Map();
  for (const [key, info] of Object.entries(zones)) {
    if (info.subZoneKeys.length) continue;
    const place = placeKey(key, zones, view);
    parts.set(place, [...(parts.get(place) ?? []), key]);
  }
  return new Map([...parts].map(([key, keys]) => [key, placeOf(key, keys, world, zones)]));
}

/**
 * The number that is shown of a place, in the metric's unit; null if there is none.
 * @param {Place} place
 * @param {Pick<import("./state.js").State, "metric" | "mode" | "basis">} state
 */
export function valueOf({ row, price }, { metric, mode, basis }) {
  if (metric === "price") return price?.unit === unit("price") ? price.value : null;
  if (!row) return null;
  if (metric !== "intensity") return row[metric] === null ? null : row[metric] * 100;
  if (mode === "consumption") return row[basis];
  return basis === "direct" ? row.productionDirect : row.productionLifecycle;
}

/**
 * Whether any of it is made up.
 * @param {World} world
 */
export function isSimulated(world) {
  return Object.values(world.zones).some((row) => row.origin?.includes("simulated"));
}

/**
 * @param {string} key
 * @param {string[]} keys
 * @param {World} world
 * @param {Zones} zones
 * @returns {Place}
 */
function placeOf(key, keys, world, zones) {
  const rows = keys.map((one) => world.zones[one]).filter(Boolean);
  const code = zones[keys[0]].countryCode;
  return {
    key, name: nameOf(key, zones), within: code && code !== key ? nameOf(code, zones) : null,
    row: rows.length > 1 ? merged(rows) : rows[0] ?? null, price: priceOf(keys, world),
    reason: rows.length ? null : keys.map((one) => world.missing[one]).find(Boolean) ?? null,
    parts: keys, told: rows.length, isZone: key in zones,
  };
}

/**
 * The mean of zones, weighted by consumption, or by production for what is of production.
 * @param {Row[]} rows
 * @returns {Row}
 */
function merged(rows) {
  const found = /** @type {Row} */ ({ ...rows[0] });
  for (const name of BY_CONSUMPTION) found[name] = mean(rows, name, "consumptionMw");
  for (const name of BY_PRODUCTION) found[name] = mean(rows, name, "productionMw");
  for (const name of /** @type {const} */ (["consumptionMw", "productionMw"])) {
    const known = rows.map((row) => row[name]).filter((value) => value !== null);
    found[name] = known.length ? known.reduce((sum, value) => sum + value, 0) : null;
  }
  found.datetime = rows.map((row) => row.datetime).sort()[0];
  found.estimation = rows.every((row) => row.estimation) ? TYPICAL : null;
  return found;
}

/**
 * @param {Row[]} rows
 * @param {typeof BY_CONSUMPTION[number] | typeof BY_PRODUCTION[number]} name
 * @param {"consumptionMw" | "productionMw"} weight  what is not known of any counts alike
 */
function mean(rows, name, weight) {
  const known = rows.filter((row) => row[name] !== null);
  const weighted = known.filter((row) => row[weight]);
  const used = weighted.length ? weighted : known;
  const total = used.reduce((sum, row) => sum + (row[weight] || 1), 0);
  return used.length ? used.reduce((sum, row) => sum + Number(row[name]) * (row[weight] || 1), 0) / total : null;
}

/**
 * The price of a zone; of several zones their mean, weighted by consumption, if they share a currency.
 * @param {string[]} keys
 * @param {World} world
 * @returns {Price | null}
 */
function priceOf(keys, world) {
  const known = keys.flatMap((key) => {
    const price = world.prices?.[key];
    return price ? [{ ...price, weight: world.zones[key]?.consumptionMw || 1 }] : [];
  });
  if (!known.length || known.some((one) => one.unit !== known[0].unit)) return null;
  const total = known.reduce((sum, one) => sum + one.weight, 0);
  return { unit: known[0].unit, value: known.reduce((sum, one) => sum + one.value * one.weight, 0) / total };
}
