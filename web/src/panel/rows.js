// What is drawn, worked out from what the API says: bars of an hour and periods of a span. Pure.

/**
 * @typedef {import("./data.js").Details} Details
 * @typedef {import("./data.js").Hour} Hour
 * @typedef {import("./data.js").Term} Term
 * @typedef {import("./data.js").Past} Past
 *
 * @typedef {object} Bar
 * @property {string} name  A mode, a store ("battery storage") or the key of a neighbour.
 * @property {"production" | "storage" | "exchange"} kind
 * @property {number | null} powerMw  + into the zone's grid, − out of it; null: not known.
 * @property {number | null} gPerKwh
 * @property {string | null} factorSource
 * @property {number | null} share  Of what enters the grid.
 * @property {boolean} isFallback
 * @property {number | null} capacityMw  What can come in.
 * @property {number | null} outMw  What can go out.
 * @property {boolean} hasSource
 *
 * @typedef {object} Period
 * @property {string} start
 * @property {number | null} intensityG
 * @property {number | null} loadMw
 * @property {number | null} netImportMw
 * @property {number | null} emissionsT  t/h of what is consumed, or produced.
 * @property {boolean} isEstimated
 * @property {boolean} isComplete
 * @property {Part[]} parts
 *
 * @typedef {object} Part  What enters the grid in a period.
 * @property {string} name
 * @property {boolean} isImport
 * @property {number} powerMw
 * @property {number | null} gPerKwh
 * @property {string | null} factorSource
 */

export const MODES = ["nuclear", "geothermal", "biomass", "hydro", "wind", "solar", "coal", "gas", "oil", "unknown"];
export const STORES = ["hydro", "battery"];
/** The name of a part of which only the sum is known. */
export const ESTIMATED = "estimated";

/**
 * Tonnes per hour of a power that carries an intensity: MW × g/kWh is kg/h.
 * @param {number | null} powerMw
 * @param {number | null | undefined} gPerKwh
 */
export function tonnesPerHour(powerMw, gPerKwh) {
  if (powerMw === 0) return 0;
  return powerMw === null || gPerKwh === null || gPerKwh === undefined ? null : (powerMw * gPerKwh) / 1000;
}

/**
 * Production and storage of an hour. A mode is shown that is known, or that has power stations.
 * @param {Hour} hour
 * @param {Details} details
 * @returns {Bar[]}
 */
export function productionBars(hour, details) {
  const modes = MODES.map((name) => modeBar(name, hour, details));
  const stores = STORES.map((name) => storeBar(name, hour, details));
  return [...modes, ...stores].filter((bar) => bar.powerMw !== null || (bar.capacityMw ?? 0) > 0);
}

/**
 * @param {string} name
 * @param {Hour} hour
 * @param {Details} details
 * @returns {Bar}
 */
function modeBar(name, hour, details) {
  const told = hour.breakdown?.powerProductionBreakdown?.[name] ?? null;
  const term = termOf(hour, "production", name);
  return { ...bar(name, "production", term, term?.powerMw ?? told), capacityMw: details.capacityMw[name] ?? null };
}

/**
 * @param {string} name
 * @param {Hour} hour
 * @param {Details} details
 * @returns {Bar}
 */
function storeBar(name, hour, details) {
  const charge = termOf(hour, "charge", name);
  const discharge = termOf(hour, "discharge", name);
  const told = hour.breakdown?.powerProductionBreakdown?.[`${name} discharge`] ?? null;
  const powerMw = charge ? -(charge.powerMw ?? 0) : discharge?.powerMw ?? told;
  const capacityMw = details.capacityMw[`${name} storage`] ?? null;
  return { ...bar(`${name} storage`, "storage", charge ?? discharge, powerMw), capacityMw, outMw: capacityMw };
}

/**
 * What comes from and goes to each neighbour in an hour.
 * @param {Hour} hour
 * @param {Details} details
 * @returns {Bar[]}
 */
export function exchangeBars(hour, details) {
  return details.links.map((link) => {
    const into = hour.breakdown?.powerImportBreakdown?.[link.zone] ?? null;
    const out = hour.breakdown?.powerExportBreakdown?.[link.zone] ?? null;
    const term = termOf(hour, "import", link.zone) ?? termOf(hour, "export", link.zone);
    const told = into === null || out === null ? null : into - out;
    const sign = term?.kind === "export" ? -1 : 1;
    const powerMw = term?.powerMw ? sign * term.powerMw : told;
    return {
      ...bar(link.zone, "exchange", term, powerMw), capacityMw: link.importMw, outMw: link.exportMw,
      hasSource: link.hasSource,
    };
  });
}

/**
 * @param {string} name
 * @param {Bar["kind"]} kind
 * @param {Term | undefined} term
 * @param {number | null} powerMw
 * @returns {Bar}
 */
function bar(name, kind, term, powerMw) {
  return {
    name, kind, powerMw, gPerKwh: term?.gPerKwh ?? null, factorSource: term?.factor?.source ?? null,
    share: term?.kind === "charge" || term?.kind === "export" ? null : term?.share ?? null,
    isFallback: term?.isFallback ?? false, capacityMw: null, outMw: null, hasSource: true,
  };
}

/**
 * @param {Hour} hour
 * @param {Term["kind"]} kind
 * @param {string} name
 * @returns {Term | undefined}
 */
function termOf(hour, kind, name) {
  return hour.explained?.terms.find((/** @type {Term} */ term) => term.kind === kind && term.name === name);
}

/**
 * The periods of a span in order, each with what entered the grid.
 * @param {Past} past
 * @param {Details} details
 * @param {{basis: import("./data.js").Basis, mode: string}} told
 * @returns {Period[]}
 */
export function periods(past, details, { basis, mode }) {
  const rows = new Map(past.breakdown.map((row) => [row.datetime, row]));
  const values = new Map(past.intensity.map((row) => [row.datetime, row]));
  const starts = [...new Set([...rows.keys(), ...values.keys()])].sort();
  return starts.map((start) => {
    const row = rows.get(start);
    const intensityG = values.get(start)?.carbonIntensity ?? null;
    const carriedMw = (mode === "production" ? row?.powerProductionTotal : row?.powerConsumptionTotal) ?? null;
    return {
      start, intensityG, loadMw: row?.powerConsumptionTotal ?? null,
      netImportMw: row ? row.powerImportTotal - row.powerExportTotal : null,
      emissionsT: tonnesPerHour(carriedMw, intensityG),
      isEstimated: Boolean((values.get(start) ?? row)?.isEstimated),
      isComplete: (values.get(start) ?? row)?.isComplete ?? true,
      parts: row ? [...produced(row, details.factors[basis] ?? {}), ...imported(row, past.importG)] : [],
    };
  });
}

/**
 * What a zone produced and discharged; one part without a mode where only the sum is known.
 * @param {any} row
 * @param {Record<string, import("./data.js").Factor>} factors
 * @returns {Part[]}
 */
function produced(row, factors) {
  const modes = Object.entries(row.powerProductionBreakdown);
  if (modes.every(([, powerMw]) => powerMw === null)) {
    const part = { name: ESTIMATED, isImport: false, gPerKwh: null, factorSource: null };
    return row.powerProductionTotal > 0 ? [{ ...part, powerMw: row.powerProductionTotal }] : [];
  }
  const names = [...MODES, ...STORES.map((store) => `${store} discharge`)];
  return names.filter((name) => typeof row.powerProductionBreakdown[name] === "number").map((name) => ({
    name, isImport: false, powerMw: row.powerProductionBreakdown[name], gPerKwh: factors[name]?.gPerKwh ?? null,
    factorSource: factors[name]?.source ?? null,
  }));
}

/**
 * @param {any} row
 * @param {Past["importG"]} importG
 * @returns {Part[]}
 */
function imported(row, importG) {
  const flows = /** @type {[string, number | null][]} */ (Object.entries(row.powerImportBreakdown));
  return flows.filter(([, powerMw]) => powerMw !== null).map(([name, powerMw]) => ({
    name, isImport: true, powerMw: powerMw ?? 0, gPerKwh: importG[name]?.get(row.datetime) ?? null, factorSource: null,
  }));
}

/**
 * The best run of hours in a forecast, and how far below the mean of all it lies; null for less than that many hours.
 * @param {{datetime: string, carbonIntensity: number}[]} rows  Hours that follow each other.
 * @param {number} hours
 */
export function bestRun(rows, hours) {
  if (rows.length < hours) return null;
  const mean = (/** @type {{carbonIntensity: number}[]} */ some) =>
    some.reduce((sum, row) => sum + row.carbonIntensity, 0) / some.length;
  const runs = rows.slice(0, rows.length - hours + 1).map((_, at) => mean(rows.slice(at, at + hours)));
  const at = runs.indexOf(Math.min(...runs));
  const all = mean(rows);
  return { at, hours, meanG: runs[at], saving: all > 0 ? 1 - runs[at] / all : 0 };
}
