// Every place in the order of its number: the map as a list, for readers and for keyboards.

import { colour, textOn, unit } from "./colours.js";
import { h, replace } from "./dom.js";
import { number, power, t } from "./text.js";
import { valueOf } from "./world.js";

/** @typedef {import("./world.js").Place} Place */

/** The cleanest, or cheapest, come first, unless the reader turned the list. */
let isTurned = false;

/**
 * Draw the ranking.
 * @param {HTMLElement} element
 * @param {Iterable<Place>} places
 * @param {import("./state.js").State} state
 * @param {(key: string) => void} choose
 */
export function drawRanking(element, places, state, choose) {
  const all = [...places];
  const isFalling = isTurned !== (state.metric === "renewable" || state.metric === "carbonFree");
  const told = all.flatMap((place) => {
    const value = valueOf(place, state);
    return value === null ? [] : [{ place, value }];
  });
  told.sort((a, b) => (isFalling ? b.value - a.value : a.value - b.value) || a.place.name.localeCompare(b.place.name));
  const turn = () => {
    isTurned = !isTurned;
    drawRanking(element, all, state, choose);
    /** @type {HTMLElement | null} */ (element.querySelector("button.turn"))?.focus();
  };
  replace(element,
    h("h2", { id: "ranking-title" }, `${t(`metric.${state.metric}`)}, ${unit(state.metric)}`),
    h("p", { class: "head" },
      t("ranking.count", { told: told.length, all: all.length }), " ",
      h("button", { type: "button", class: "turn", onclick: turn }, t(isFalling ? "ranking.highest" : "ranking.lowest"))),
    told.length ? h("ol", { class: "list", "aria-labelledby": "ranking-title" }, told.map((one) => row(one, state, choose)))
      : h("p", { class: "none" }, t("ranking.none")));
}

/**
 * @param {{place: Place, value: number}} one
 * @param {import("./state.js").State} state
 * @param {(key: string) => void} choose
 */
function row({ place, value }, state, choose) {
  const background = colour(state.metric, value, state.palette);
  const digits = state.metric === "price" ? 2 : 0;
  return h("li", {}, h("button", {
    type: "button", "aria-current": place.key === state.zone ? "true" : null,
    title: place.isZone ? null : t("tooltip.zones"), onclick: () => choose(place.key),
  },
  h("b", { style: { background, color: textOn(background) } }, number(value, digits)),
  h("span", {}, place.name, place.within && h("small", {}, ` ${place.within}`),
    place.row?.estimation && h("small", {}, ` · ${t("legend.estimated")}`)),
  h("small", { class: "power" }, power(place.row?.consumptionMw))));
}
