// Flows between zones as arrows: where they go, how much (size), how clean (colour).

import { colour } from "./colours.js";
import { arrow } from "./hatch.js";

const LAYER = "flows";
const SOURCE = "flows";
const LEAST_MW = 1;
const LARGE_MW = 3000;
const STEP_G = 25;
/** Arrows are drawn in steps of the scale, an image each. */
const MOST_G = 1000;
const BEAT_MS = 250;
const BEATS = [1, 0.85, 0.7, 0.85];

/** @typedef {import("./world.js").Flow} Flow */

/**
 * Points for the map, of flows whose direction and size are known.
 * @param {Record<string, Flow>} flows by A->B
 * @param {"lifecycle" | "direct"} basis
 * @returns {import("geojson").FeatureCollection}
 */
export function points(flows, basis) {
  const told = Object.entries(flows).filter(([, flow]) => Math.abs(flow.mw) >= LEAST_MW);
  const features = told.map(([key, flow]) => ({
    type: /** @type {const} */ ("Feature"),
    geometry: { type: /** @type {const} */ ("Point"), coordinates: flow.lonlat },
    properties: {
      key,
      image: image(flow[basis]),
      turn: flow.mw < 0 ? flow.rotation + 180 : flow.rotation,
      size: 0.5 + 0.5 * Math.min(1, Math.sqrt(Math.abs(flow.mw) / LARGE_MW)),
      mw: Math.abs(flow.mw),
    },
  }));
  return { type: "FeatureCollection", features };
}

/** @param {number | null} intensity_g */
function image(intensity_g) {
  return intensity_g === null ? "arrow-none" : `arrow-${Math.min(MOST_G, Math.round(intensity_g / STEP_G) * STEP_G)}`;
}

/**
 * Put the layer of arrows on a map, above what it has.
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 */
export function addArrows(map) {
  map.addSource(SOURCE, { type: "geojson", data: points({}, "lifecycle") });
  map.addLayer({
    id: LAYER, type: "symbol", source: SOURCE, minzoom: 1.2,
    layout: {
      "icon-image": ["get", "image"], "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map",
      "icon-size": ["interpolate", ["linear"], ["zoom"], 1.5, ["*", 0.45, ["get", "size"]], 5, ["*", 1.25, ["get", "size"]]],
      "icon-allow-overlap": ["step", ["zoom"], false, 3.5, true], "symbol-sort-key": ["-", ["get", "mw"]],
    },
    // A transition would have the whole map drawn anew for each of its frames.
    paint: { "icon-opacity-transition": { duration: 0, delay: 0 } },
  });
}

/**
 * Draw the images of arrows anew.
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 * @param {import("./colours.js").Palette} palette
 */
export function paintArrows(map, palette) {
  const values = Array.from({ length: MOST_G / STEP_G + 1 }, (_, at) => at * STEP_G);
  const images = [...values.map((value) => [`arrow-${value}`, colour("intensity", value, palette)]), ["arrow-none", "#9aa0a6"]];
  for (const [name, fill] of images) {
    if (map.hasImage(name)) map.updateImage(name, arrow(fill));
    else map.addImage(name, arrow(fill), { pixelRatio: 2 });
  }
}

/**
 * Show flows.
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 * @param {Record<string, Flow>} flows
 * @param {"lifecycle" | "direct"} basis
 */
export function drawArrows(map, flows, basis) {
  const source = /** @type {import("../vendor/maplibre-gl/maplibre-gl.mjs").GeoJSONSource | undefined} */ (map.getSource(SOURCE));
  source?.setData(points(flows, basis));
}

/**
 * Let arrows glow a little, four times a second, while they are seen and nobody asked for less motion.
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 * @param {() => boolean} isElsewhere whether something else moves: the map is drawn anew for each glow
 * @returns {() => void} ends it
 */
export function animateArrows(map, isElsewhere) {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  let beat = 0;
  const timer = setInterval(() => {
    if (isStill.matches || document.hidden || isElsewhere() || map.isMoving() || map.getZoom() < 2 || !map.getLayer(LAYER)) return;
    beat = (beat + 1) % BEATS.length;
    map.setPaintProperty(LAYER, "icon-opacity", BEATS[beat]);
  }, BEAT_MS);
  return () => clearInterval(timer);
}
