// Where places lie: the shapes of zones, and those of countries merged from them.

import { feature, merge } from "../vendor/topojson-client/index.js";
import { placeKey } from "./world.js";

/** @typedef {import("geojson").FeatureCollection<import("geojson").Geometry, {key: string}>} Shapes */

/** @returns {Promise<any>} the topology of all zones */
export async function load() {
  const answer = await fetch(new URL("../zones.topo.json", import.meta.url));
  if (!answer.ok) throw new Error("The shapes of the zones are not there.");
  return answer.json();
}

/**
 * The areas of a view.
 * @param {any} topology
 * @param {import("./world.js").Zones} zones
 * @param {"zones" | "countries"} view
 * @returns {Shapes}
 */
export function shapes(topology, zones, view) {
  /** @type {Map<string, any[]>} */
  const parts = new Map();
  for (const area of topology.objects.zones.geometries) {
    const key = area.type ? placeKey(area.id, zones, view) : null;
    if (key) parts.set(key, [...(parts.get(key) ?? []), area]);
  }
  const features = [...parts].map(([key, areas]) => ({
    type: /** @type {const} */ ("Feature"),
    properties: { key },
    geometry: areas.length > 1 ? merge(topology, areas) : /** @type {any} */ (feature(topology, areas[0])).geometry,
  }));
  return { type: "FeatureCollection", features };
}

/**
 * The box around the largest polygon of a place, so that islands far away do not matter.
 * @param {Shapes} found
 * @param {string} key
 * @returns {[number, number, number, number] | null} west, south, east, north
 */
export function bounds(found, key) {
  const geometry = /** @type {any} */ (found.features.find((one) => one.properties.key === key)?.geometry);
  if (!geometry) return null;
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const boxes = polygons.map((/** @type {number[][][]} */ rings) => box(rings[0]));
  return boxes.reduce((/** @type {any} */ best, /** @type {any} */ one) => (area(one) > area(best) ? one : best));
}

/** @param {number[][]} ring @returns {[number, number, number, number]} */
function box(ring) {
  const [lons, lats] = [ring.map((point) => point[0]), ring.map((point) => point[1])];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** @param {[number, number, number, number]} box */
function area([west, south, east, north]) {
  return (east - west) * (north - south);
}
