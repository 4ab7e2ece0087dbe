// Scales and palettes: what colour a number has. The table is palette.json, which the badge reads too.

import table from "../palette.json" with { type: "json" };

/** @typedef {"intensity" | "renewable" | "carbonFree" | "price"} Metric */
/** @typedef {"standard" | "safe"} Palette  "safe" is read the same with any colour vision. */
/** @typedef {"light" | "dark"} Theme */

/** @type {Readonly<Record<string, string>>} Colours of modes and of storage, by the API's names. */
export const MODE_COLOURS = table.modes;

const SUN = table.weather.sun.stops.map((value, at) => ({
  value, parts: [1, 3, 5, 7].map((from) => Number.parseInt(table.weather.sun.colours[at].slice(from, from + 2), 16)),
}));

/**
 * Where the colours of a metric's scale stand.
 * @param {Metric} metric
 * @param {Palette} palette
 * @returns {{value: number, colour: string}[]} rising values in the metric's unit
 */
export function stops(metric, palette) {
  const scale = table.metrics[metric];
  return scale.stops.map((value, at) => ({ value, colour: scale[palette][at] }));
}

/**
 * The unit a metric's values are in.
 * @param {Metric} metric
 */
export function unit(metric) {
  return table.metrics[metric].unit;
}

/**
 * The colour of a value, between those of the stops beside it; beyond the scale's ends that of the end.
 * @param {Metric} metric
 * @param {number} value in the metric's unit
 * @param {Palette} [palette]
 * @returns {string} as #rrggbb
 */
export function colour(metric, value, palette = "standard") {
  const scale = stops(metric, palette);
  const above = scale.findIndex((stop) => value < stop.value);
  if (above === 0) return scale[0].colour;
  if (above < 0) return scale[scale.length - 1].colour;
  const [low, high] = [scale[above - 1], scale[above]];
  return mixed(low.colour, high.colour, (value - low.value) / (high.value - low.value));
}

/**
 * The colour of what nothing is known of.
 * @param {Theme} theme
 */
export function missing(theme) {
  return table.missing[theme];
}

/**
 * The colour of wind, which is drawn over all others.
 * @param {Theme} theme
 */
export function windColour(theme) {
  return table.weather.wind[theme];
}

/** The scale of sunshine: its colours with their opacity, and its ends in W/m². */
export function sunGradient() {
  const { stops: values, colours } = table.weather.sun;
  return { colours, low: values[0], high: values[values.length - 1] };
}

/**
 * The colour of sunshine.
 * @param {number} radiation_w_per_m2
 * @returns {number[]} red, green, blue and opacity, 0 to 255
 */
export function sunColour(radiation_w_per_m2) {
  const above = SUN.findIndex(({ value }) => radiation_w_per_m2 < value);
  if (above <= 0) return SUN[above === 0 ? 0 : SUN.length - 1].parts;
  const [low, high] = [SUN[above - 1], SUN[above]];
  const part = (radiation_w_per_m2 - low.value) / (high.value - low.value);
  return low.parts.map((from, at) => from + (high.parts[at] - from) * part);
}

/**
 * Black or white, whichever is read better on a colour (WCAG relative luminance).
 * @param {string} background as #rrggbb
 */
export function textOn(background) {
  const [red, green, blue] = channels(background).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000000" : "#ffffff";
}

/** @param {string} hex */
function channels(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/**
 * @param {string} first
 * @param {string} second
 * @param {number} part of the second, 0 to 1
 */
function mixed(first, second, part) {
  const to = channels(second);
  const values = channels(first).map((from, at) => Math.round(from + (to[at] - from) * part));
  return `#${values.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
