// The scale of colours, and where on it the number lies that the pointer is at.

import { colour, stops, unit } from "./colours.js";
import { h } from "./dom.js";
import { number, t } from "./text.js";

/**
 * The legend of a metric.
 * @param {import("./state.js").State} state
 * @returns {HTMLElement & {mark: (value: number | null) => void}}
 */
export function legend({ metric, palette, mode, basis }) {
  const scale = stops(metric, palette);
  const [low, high] = [scale[0].value, scale[scale.length - 1].value];
  /** @param {number} value */
  const place = (value) => `${Math.min(100, Math.max(0, ((value - low) / (high - low)) * 100))}%`;
  const gradient = scale.map((stop) => `${stop.colour} ${place(stop.value)}`).join(", ");
  const marker = h("span", { class: "marker", hidden: true });
  const ticks = scale.filter((_, at) => at % 2 === 0 || scale.length < 7)
    .map((stop) => h("span", { class: "tick", style: { left: place(stop.value) } }, number(stop.value)));
  const kind = metric === "intensity" ? `${t(`mode.${mode}`)}, ${t(`basis.${basis}`)}` : metric === "price" ? "" : t("mode.consumption");
  const made = h("figure", { class: "legend" },
    h("figcaption", {}, h("strong", {}, t(`metric.${metric}`)), ` ${unit(metric)}`, h("small", {}, kind)),
    h("div", { class: "scale", style: { background: `linear-gradient(to right, ${gradient})` } }, marker),
    h("div", { class: "ticks", "aria-hidden": "true" }, ticks),
    h("ul", { class: "signs" },
      h("li", {}, h("span", { class: "sign estimated" }), t("legend.estimated")),
      h("li", {}, h("span", { class: "sign missing" }), t("legend.missing")),
      h("li", {}, h("span", { class: "sign flow", "aria-hidden": "true" }, "➤"), t("legend.flows"))));
  /** @param {number | null} value */
  const mark = (value) => {
    marker.hidden = value === null;
    if (value === null) return;
    marker.style.left = place(value);
    marker.style.background = colour(metric, value, palette);
    marker.textContent = number(value, metric === "price" ? 2 : 0);
  };
  return Object.assign(made, { mark });
}
