// What is said of the place under the pointer.

import { colour, textOn, unit } from "./colours.js";
import { h } from "./dom.js";
import { ago, moment, number, percent, power, t } from "./text.js";
import { valueOf } from "./world.js";

/**
 * A place in a few lines.
 * @param {import("./world.js").Place} place
 * @param {import("./state.js").State} state
 */
export function tooltip(place, state) {
  return h("div", { class: "about" },
    h("strong", {}, place.name), place.within && h("small", {}, ` ${place.within}`),
    figure(place, state),
    place.row && known(place.row, state),
    !place.row && valueOf(place, state) === null && h("p", { class: "why" }, t("tooltip.nothing"), " ", place.reason),
    place.parts.length > 1 && h("p", { class: "why" },
      t("tooltip.merged", { told: place.told, parts: place.parts.length })),
    !place.isZone && h("p", { class: "why" }, t("tooltip.zones")));
}

/**
 * @param {import("./world.js").Place} place
 * @param {import("./state.js").State} state
 */
function figure(place, state) {
  const value = valueOf(place, state);
  if (value === null) {
    const other = state.metric === "price" && place.price;
    const text = other ? t("tooltip.currency", { price: `${number(other.value, 2)} ${other.unit}`, unit: unit("price") }) : t("tooltip.none");
    return place.row && h("p", { class: "why" }, text);
  }
  const background = colour(state.metric, value, state.palette);
  return h("p", { class: "figure" },
    h("b", { style: { background, color: textOn(background) } }, number(value, state.metric === "price" ? 2 : 0)),
    ` ${unit(state.metric)} `, h("small", {}, meaning(state)));
}

/** @param {import("./state.js").State} state */
function meaning({ metric, mode, basis }) {
  if (metric === "price") return t("metric.price");
  if (metric !== "intensity") return `${t(`metric.${metric}`)}, ${t("mode.consumption")}`;
  return `${t(`mode.${mode}`)}, ${t(`basis.${basis}`)}`;
}

/**
 * @param {import("./world.js").Row} row
 * @param {import("./state.js").State} state
 */
function known(row, state) {
  const made = row.estimation ? t(`estimation.${row.estimation}`) : t("tooltip.measured", { share: percent(row.measured) });
  return h("p", { class: "why" },
    row.consumptionMw !== null && `${t("tooltip.consumption", { power: power(row.consumptionMw) })} · `,
    made, h("br"), moment(row.datetime), state.at ? null : ` (${ago(row.datetime)})`);
}

/**
 * Put a node beside the pointer, within the window.
 * @param {HTMLElement} box
 * @param {Node | null} node nothing hides the box
 * @param {number} x
 * @param {number} y
 */
export function place(box, node, x, y) {
  box.hidden = node === null;
  if (!node) return;
  box.replaceChildren(node);
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(4, x + 16 + width > innerWidth ? x - width - 16 : x + 16)}px`;
  box.style.top = `${Math.max(4, Math.min(y + 16, innerHeight - height - 4))}px`;
}
