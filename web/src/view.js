// Draws what is known in the way the state asks for: areas, arrows, legend, ranking.

import { colour, missing } from "./colours.js";
import { replace } from "./dom.js";
import { legend } from "./legend.js";
import { drawRanking } from "./ranking.js";
import { bounds, shapes } from "./shapes.js";
import { place as putTooltip, tooltip } from "./tooltip.js";
import { placeKey, places, valueOf } from "./world.js";

/** @typedef {import("./world.js").World} World */
/** @typedef {import("./world.js").Place} Place */
/** @typedef {Record<"legend" | "ranking" | "tooltip", HTMLElement>} Elements */

/** As style.css says: where the panel stands below the map. */
const IS_NARROW = matchMedia("(max-width: 1000px)");
const IS_DARK = matchMedia("(prefers-color-scheme: dark)");

/**
 * Light or dark, as the reader or the machine wants it.
 * @param {import("./state.js").State} state
 * @returns {import("./colours.js").Theme}
 */
export function themeOf({ theme }) {
  if (theme !== "auto") return theme;
  return IS_DARK.matches ? "dark" : "light";
}

/** The map and its list. */
export class View {
  #world = /** @type {World | null} */ (null);
  #map = /** @type {import("./map.js").ZoneMap | null} */ (null);
  #places = /** @type {Map<string, Place>} */ (new Map());
  #legend = /** @type {ReturnType<typeof legend> | null} */ (null);
  #shapes = /** @type {import("./shapes.js").Shapes | null} */ (null);

  /**
   * @param {Elements} elements
   * @param {typeof import("./state.js")} store
   * @param {import("./world.js").Zones} zones
   * @param {any} topology
   */
  constructor(elements, store, zones, topology) {
    this.elements = elements;
    this.store = store;
    this.zones = zones;
    this.topology = topology;
    store.subscribe(["mode", "basis", "metric", "palette", "theme"], () => this.paint());
    store.subscribe(["view"], () => { this.#areas(); this.paint(); });
    store.subscribe(["zone"], () => { this.#mark(); this.#rank(); });
    store.subscribe(["page"], () => this.#pages());
    IS_DARK.addEventListener("change", () => this.paint());
    this.#pages();
  }

  /** What the search finds. */
  get all() {
    return [...this.#places.values()];
  }

  /**
   * Let a map draw from now on.
   * @param {import("./map.js").ZoneMap} map
   */
  use(map) {
    this.#map = map;
    this.#areas();
    this.paint();
    this.#mark();
  }

  /** @param {World} world */
  show(world) {
    this.#world = world;
    this.paint();
  }

  /** Draw everything that depends on numbers. */
  paint() {
    const state = this.store.get();
    const theme = themeOf(state);
    document.documentElement.dataset.theme = theme;
    this.#legend = legend(state);
    replace(this.elements.legend, this.#legend);
    if (!this.#world) return;
    this.#places = places(this.#world, this.zones, state.view);
    this.#rank();
    if (!this.#map) return;
    this.#map.dress(theme, state.palette);
    this.#map.paint(new Map([...this.#places].map(([key, place]) => [key, look(place, state, theme)])));
    this.#map.flows(this.#flows(this.#world.exchanges, state.view), state.basis);
  }

  /**
   * Tell of the place under the pointer.
   * @param {string | null} key
   * @param {number} x
   * @param {number} y
   */
  hover(key, x, y) {
    const found = key ? this.#places.get(key) : undefined;
    this.#legend?.mark(found ? valueOf(found, this.store.get()) : null);
    putTooltip(this.elements.tooltip, found ? tooltip(found, this.store.get()) : null, x, y);
  }

  /**
   * Open a place's panel; a country without one shows its zones instead.
   * @param {string | null} key nothing closes the panel
   * @param {Partial<import("./state.js").State>} [more] what else is to be shown
   */
  choose(key, more = {}) {
    const place = key === null ? undefined : this.#places.get(key);
    if (key !== null && !place) return;
    if (!place || place.isZone) return this.store.set({ ...more, zone: key });
    const box = this.#shapes && bounds(this.#shapes, place.key);
    this.store.set({ ...more, view: "zones", zone: null });
    if (box) this.#map?.show(box, covered(this.elements));
  }

  /**
   * The flows between places: those within a country are none of it.
   * @param {World["exchanges"]} all
   * @param {"zones" | "countries"} view
   */
  #flows(all, view) {
    return Object.fromEntries(Object.entries(all).filter(([key]) => {
      const [from, to] = key.split("->").map((zone) => placeKey(zone, this.zones, view));
      return from !== to;
    }));
  }

  #rank() {
    const { ranking } = this.elements;
    if (!ranking.hidden) drawRanking(ranking, this.#places.values(), this.store.get(), (key) => this.choose(key));
  }

  #pages() {
    this.elements.ranking.hidden = this.store.get().page !== "ranking";
    this.#rank();
  }

  #areas() {
    this.#shapes = shapes(this.topology, this.zones, this.store.get().view);
    this.#map?.draw(this.#shapes);
  }

  #mark() {
    const { zone, view } = this.store.get();
    const key = zone && placeKey(zone, this.zones, view);
    document.body.classList.toggle("with-panel", zone !== null);
    this.#map?.select(key);
    const box = key && this.#shapes && bounds(this.#shapes, key);
    if (box) this.#map?.show(box, covered(this.elements));
  }
}

/**
 * How a place is drawn.
 * @param {Place} place
 * @param {import("./state.js").State} state
 * @param {import("./colours.js").Theme} theme
 */
function look(place, state, theme) {
  const value = valueOf(place, state);
  return {
    colour: value === null ? missing(theme) : colour(state.metric, value, state.palette),
    isEstimated: value !== null && state.metric !== "price" && Boolean(place.row?.estimation),
  };
}

/**
 * What of the map lies behind the ranking and the panel, px.
 * @param {Elements} elements
 */
function covered({ ranking }) {
  return IS_NARROW.matches ? { left: 0, right: 0 } : { left: ranking.hidden ? 0 : 360, right: 420 };
}
