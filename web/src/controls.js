// What the reader chooses: consumption or production, zones or countries, the metric; theme, palette, language.

import { h, replace } from "./dom.js";
import { t } from "./text.js";

/** @typedef {typeof import("./state.js")} Store */
/** @typedef {import("./state.js").State} State */

const IS_WIDE = matchMedia("(min-width: 1250px)");
/** Shares and prices are of consumption, and have one basis. */
const OF_INTENSITY = new Set(["mode", "basis"]);

/**
 * The controls; they are made anew when what they say has changed.
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mountControls(element, store) {
  const draw = () => {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.choice : null;
    const isOpen = element.querySelector("details")?.open;
    const state = store.get();
    const switches = [
      switched("mode", ["consumption", "production"], state, store),
      switched("basis", ["lifecycle", "direct"], state, store),
      switched("view", ["zones", "countries"], state, store),
    ];
    replace(element,
      choice("metric", ["intensity", "renewable", "carbonFree", "price"], state, store),
      IS_WIDE.matches && switches,
      h("details", { class: "more", open: isOpen },
        h("summary", {}, t("controls.more")),
        h("div", { class: "sheet" },
          !IS_WIDE.matches && switches,
          h("fieldset", { class: "layers" },
            h("legend", {}, t("controls.weather")), layer("wind", state, store), layer("sun", state, store)),
          choice("palette", ["standard", "safe"], state, store),
          choice("theme", ["auto", "light", "dark"], state, store),
          choice("language", store.languages(), state, store))));
    if (focused) /** @type {HTMLElement | null} */ (element.querySelector(`[data-choice="${focused}"]`))?.focus();
  };
  store.subscribe(["metric", "mode", "basis", "view", "palette", "theme", "wind", "sun"], draw);
  IS_WIDE.addEventListener("change", draw);
  addEventListener("pointerdown", ({ target }) => {
    const sheet = element.querySelector("details");
    if (sheet && target instanceof Node && !sheet.contains(target)) sheet.open = false;
  });
  draw();
  return draw;
}

/**
 * A few that exclude each other, side by side.
 * @param {keyof State} key
 * @param {readonly string[]} values
 * @param {State} state
 * @param {Store} store
 */
function switched(key, values, state, store) {
  const isOff = OF_INTENSITY.has(key) && state.metric !== "intensity";
  return h("fieldset", { class: "switch", disabled: isOff, title: isOff && t("controls.ofIntensity") },
    h("legend", {}, t(`controls.${key}`)),
    values.map((value) => h("label", {},
      h("input", {
        type: "radio", name: key, value, checked: state[key] === value, dataset: { choice: `${key}-${value}` },
        onchange: () => store.set({ [key]: value }),
      }),
      h("span", {}, t(`${key}.${value}`)))));
}

/**
 * One of many.
 * @param {keyof State} key
 * @param {readonly string[]} values
 * @param {State} state
 * @param {Store} store
 */
function choice(key, values, state, store) {
  const options = values.map((value) =>
    h("option", { value, selected: state[key] === value }, key === "language" ? own(value) : t(`${key}.${value}`)));
  return h("label", { class: "choice" },
    h("span", {}, t(`controls.${key}`)),
    h("select", {
      dataset: { choice: key },
      onchange: (/** @type {Event} */ event) => store.set({ [key]: /** @type {HTMLSelectElement} */ (event.target).value }),
    }, options));
}

/**
 * A layer of the map that is shown or not.
 * @param {"wind" | "sun"} key
 * @param {State} state
 * @param {Store} store
 */
function layer(key, state, store) {
  return h("label", {},
    h("input", {
      type: "checkbox", checked: state[key] === "on", dataset: { choice: key },
      onchange: (/** @type {Event} */ event) =>
        store.set({ [key]: /** @type {HTMLInputElement} */ (event.target).checked ? "on" : "off" }),
    }),
    " ", t(`layer.${key}`));
}

/**
 * A language's name in itself.
 * @param {string} code
 */
function own(code) {
  return new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code;
}

/**
 * The tabs: map, ranking, status.
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mountPages(element, store) {
  const draw = () => {
    element.setAttribute("aria-label", t("pages"));
    const { page } = store.get();
    replace(element, /** @type {const} */ (["map", "ranking", "status"]).map((name) => h("button", {
      type: "button", "aria-pressed": String(page === name), onclick: () => store.set({ page: name, source: null }),
    }, t(`page.${name}`))));
  };
  store.subscribe(["page"], draw);
  draw();
  return draw;
}
