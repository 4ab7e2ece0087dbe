// What the panel asks the API for, and the shapes that its parts take.

/**
 * @typedef {"lifecycle" | "direct"} Basis
 * @typedef {"24h" | "72h" | "30d" | "12m"} Span
 * @typedef {typeof import("../api.js").get} Get
 *
 * @typedef {object} Link
 * @property {string} zone
 * @property {string} name
 * @property {number | null} importMw
 * @property {number | null} exportMw
 * @property {boolean} hasSource
 *
 * @typedef {object} Factor
 * @property {number} gPerKwh
 * @property {string} source
 * @property {string} scope
 *
 * @typedef {object} Source
 * @property {string} kind
 * @property {string[]} zones
 * @property {string} parser
 * @property {string} title
 * @property {string[]} addresses
 * @property {string | null} licence
 *
 * @typedef {object} Details  As /zone-details tells it.
 * @property {string} zone
 * @property {string} name
 * @property {string | null} country
 * @property {string} timezone
 * @property {string[]} subZones
 * @property {Record<string, number>} capacityMw
 * @property {Link[]} links
 * @property {Partial<Record<Basis, Record<string, Factor>>>} factors
 * @property {Source[]} sources
 * @property {string | null} reason
 *
 * @typedef {object} Term  A line of /explain.
 * @property {"production" | "discharge" | "import" | "charge" | "export" | "sub-zone"} kind
 * @property {string} name
 * @property {number | null} powerMw
 * @property {number | null} gPerKwh
 * @property {number | null} [share]
 * @property {number | null} [contribution]
 * @property {boolean} [isFallback]
 * @property {Factor} [factor]
 * @property {{source: string}[]} [data]
 *
 * @typedef {object} Hour  One hour of a zone; a part that nothing is known of is null.
 * @property {any} intensity  A row of carbon-intensity.
 * @property {any} breakdown  A row of power-breakdown.
 * @property {any} explained  The answer of /explain.
 *
 * @typedef {object} Ahead  An hour that is foreseen.
 * @property {string} datetime
 * @property {number} carbonIntensity
 * @property {number | null} low  With `high` the band of nine in ten; null where there is none.
 * @property {number | null} high
 *
 * @typedef {object} Forecast
 * @property {Ahead[]} forecast
 * @property {string} method
 *
 * @typedef {object} LastDay  How far off the forecast of a day ago was.
 * @property {string} method
 * @property {number} errorPercent
 *
 * @typedef {object} Past  Rows of a span.
 * @property {any[]} intensity
 * @property {any[]} breakdown
 * @property {any[]} price
 * @property {Record<string, Map<string, number>>} importG  Intensity of each neighbour by the start of the period.
 *
 * @typedef {{zone: string, lastHour: string, basis: Basis, mode: string, span: Span, timezone: string, hasPrice: boolean}} PastAsked
 */

const HOUR_MS = 3_600_000;

/** @type {Record<Span, {granularity: string, hours: number, months: number}>} */
export const SPANS = {
  "24h": { granularity: "hourly", hours: 24, months: 0 },
  "72h": { granularity: "hourly", hours: 72, months: 0 },
  "30d": { granularity: "daily", hours: 30 * 24, months: 0 },
  "12m": { granularity: "monthly", hours: 0, months: 12 },
};

/**
 * The first moment and the end of a span whose last hour begins at a moment.
 * @param {Span} span
 * @param {string} lastHour
 */
export function bounds(span, lastHour) {
  const { hours, months } = SPANS[span];
  const end = new Date(Date.parse(lastHour) + HOUR_MS);
  const start = new Date(end.getTime() - (hours - (hours > 72 ? 24 : 0)) * HOUR_MS);
  if (months) start.setUTCMonth(start.getUTCMonth() - months + 1, 15);
  return { start: start.toISOString(), end: end.toISOString() };
}

/**
 * What an answer is, or null where nothing is known (404); other failures are raised.
 * @param {Promise<any>} answer
 */
async function known(answer) {
  try {
    return await answer;
  } catch (error) {
    if (/** @type {any} */ (error)?.status === 404) return null;
    throw error;
  }
}

/**
 * One hour of a zone: the newest, or the one that holds `at`.
 * @param {Get} get
 * @param {{zone: string, at: string | null, basis: Basis, mode: string}} asked
 * @param {AbortSignal} signal
 * @returns {Promise<Hour>}
 */
export async function loadHour(get, asked, signal) {
  const when = asked.at ? "past" : "latest";
  const common = { zone: asked.zone, datetime: asked.at };
  const [intensity, breakdown, explained] = await Promise.all([
    known(get(`/v3/carbon-intensity/${when}`, { ...common, ...told(asked) }, { signal })),
    known(get(`/v3/power-breakdown/${when}`, common, { signal })),
    known(get("/explain", { ...common, emissionFactorType: told(asked).emissionFactorType }, { signal })),
  ]);
  return { intensity, breakdown, explained };
}

/**
 * What people call each zone, by its key.
 * @param {Get} get
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, string>>}
 */
export async function loadNames(get, signal) {
  const zones = await get("/v4/zones", {}, { signal });
  return new Map(Object.entries(zones).map(([key, zone]) => [key, zone.displayName ?? zone.zoneName]));
}

/**
 * The coming 24 hours; null where nothing can be foreseen.
 * @param {Get} get
 * @param {{zone: string, basis: Basis, mode: string}} asked
 * @param {AbortSignal} signal
 * @returns {Promise<Forecast | null>}
 */
export function loadForecast(get, asked, signal) {
  return known(get("/v3/carbon-intensity/forecast", { zone: asked.zone, ...told(asked) }, { signal }));
}

/**
 * How far off yesterday's forecast was; null where that is not known, or is not of what is asked for.
 * @param {Get} get
 * @param {{zone: string, basis: Basis, mode: string}} asked
 * @param {AbortSignal} signal
 * @returns {Promise<LastDay | null>}
 */
export async function loadLastDay(get, { zone, basis, mode }, signal) {
  if (basis !== "lifecycle" || mode !== "consumption") return null;
  return (await known(get("/forecast/skill", { zone }, { signal })))?.lastDay ?? null;
}

/**
 * How a value is to be told; defaults are left out, as exported files have no others.
 * @param {{basis: Basis, mode: string}} asked
 */
export function told({ basis, mode }) {
  return {
    emissionFactorType: basis === "lifecycle" ? null : basis,
    flowTraced: mode === "consumption" ? null : false,
  };
}

/**
 * The rows of a span that ends with the hour `lastHour`. Exported files have a day of intensities, and no more.
 * @param {typeof import("../api.js")} api
 * @param {PastAsked} asked
 * @param {AbortSignal} signal
 * @returns {Promise<Past>}
 */
export async function loadPast(api, asked, signal) {
  if (api.isStatic()) {
    const day = await known(api.get("/v3/carbon-intensity/history", { zone: asked.zone }, { signal }));
    return { intensity: rowsOf(day), breakdown: [], price: [], importG: {} };
  }
  const span = pastParameters(asked);
  const ask = (/** @type {string} */ name, more = {}) =>
    known(api.get(`/v4/${name}/past-range`, { ...span, ...more }, { signal })).then(rowsOf);
  const [intensity, breakdown, price] = await Promise.all([
    ask("carbon-intensity", told(asked)), ask("power-breakdown"),
    asked.hasPrice ? ask("price-day-ahead") : [],
  ]);
  const importG = await loadImports(ask, breakdown, told(asked).emissionFactorType);
  return { intensity, breakdown, price, importG };
}

/**
 * Parameters of past-range for a span.
 * @param {PastAsked} asked
 */
export function pastParameters({ zone, lastHour, span, timezone }) {
  return { zone, ...bounds(span, lastHour), temporalGranularity: SPANS[span].granularity, timezone };
}

/** @param {any} body */
function rowsOf(body) {
  return body?.data ?? body?.history ?? [];
}

/**
 * What the imports of these rows carry: each neighbour's own intensity in the same periods.
 * @param {(name: string, more: object) => Promise<any[]>} ask
 * @param {any[]} rows
 * @param {string | null} emissionFactorType
 */
async function loadImports(ask, rows, emissionFactorType) {
  const zones = new Set(rows.flatMap((row) =>
    Object.entries(row.powerImportBreakdown).filter(([, mw]) => Number(mw) > 0).map(([key]) => key)));
  const found = await Promise.all([...zones].map(async (zone) => {
    const values = await ask("carbon-intensity", { zone, emissionFactorType });
    return [zone, new Map(values.map((row) => [row.datetime, row.carbonIntensity]))];
  }));
  return Object.fromEntries(found);
}
