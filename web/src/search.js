// A field that finds zones by name, country or key. The arrows, Enter and Escape work as in any combo box.

import { h, replace } from "./dom.js";
import { t } from "./text.js";

const MOST = 12;

/** @typedef {{key: string, name: string, within: string | null}} Found */

/**
 * Put the search into an element; `/` leads to it from anywhere.
 * @param {HTMLElement} element
 * @param {{all: () => Found[], choose: (key: string) => void}} told
 */
export function mountSearch(element, { all, choose }) {
  /** @type {Found[]} */
  let found = [];
  let at = -1;
  const list = h("ul", { id: "search-list", role: "listbox", hidden: true });
  const field = h("input", {
    id: "search-field", type: "search", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "search-list", "aria-autocomplete": "list",
  });
  const count = h("span", { class: "unseen", role: "status" });

  const draw = () => {
    replace(list, found.map((one, index) => h("li", {
      id: `found-${index}`, role: "option", "aria-selected": String(index === at), onpointerdown: (/** @type {Event} */ event) => {
        event.preventDefault(); // the field keeps the focus
        take(index);
      },
    }, one.name, one.within && h("small", {}, ` ${one.within}`), h("code", {}, one.key))));
    if (field.value && !found.length) replace(list, h("li", { class: "none", role: "option", "aria-disabled": "true" }, t("search.none")));
    list.hidden = !field.value;
    field.setAttribute("aria-expanded", String(!list.hidden));
    if (at >= 0) field.setAttribute("aria-activedescendant", `found-${at}`);
    else field.removeAttribute("aria-activedescendant");
    count.textContent = field.value ? t("search.count", { count: found.length }) : "";
  };
  const clear = () => {
    field.value = "";
    [found, at] = [[], -1];
    draw();
  };
  const take = (/** @type {number} */ index) => {
    const one = found[index];
    clear();
    if (one) choose(one.key);
  };
  field.addEventListener("input", () => {
    found = search(all(), field.value).slice(0, MOST);
    at = found.length ? 0 : -1;
    draw();
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) at = (at + step + found.length) % found.length;
    else if (event.key === "Enter") return take(at);
    else if (event.key === "Escape") return clear();
    else return undefined;
    event.preventDefault();
    draw();
    return list.children[at]?.scrollIntoView({ block: "nearest" });
  });
  field.addEventListener("blur", () => clear());
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || /** @type {HTMLElement} */ (event.target).closest("input, select, textarea")) return;
    event.preventDefault();
    field.focus();
  });
  replace(element, field, count, list);
  const name = () => {
    field.setAttribute("aria-label", t("search.label"));
    field.placeholder = t("search.placeholder");
    list.setAttribute("aria-label", t("search.label"));
  };
  name();
  return name;
}

/**
 * Those that hold every word, the ones that begin with the first.
 * @template {Found} One
 * @param {One[]} all
 * @param {string} wanted
 * @returns {One[]}
 */
export function search(all, wanted) {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const scored = all.flatMap((one) => {
    const text = plain(`${one.name} ${one.within ?? ""} ${one.key}`);
    if (!words.every((word) => text.includes(word))) return [];
    const isKey = one.key.toLowerCase() === words.join(" ");
    return [{ one, score: isKey ? 0 : plain(one.name).startsWith(words[0]) ? 1 : text.includes(` ${words[0]}`) ? 2 : 3 }];
  });
  return scored.sort((a, b) => a.score - b.score || a.one.name.localeCompare(b.one.name)).map(({ one }) => one);
}

/**
 * Without capitals and accents: people leave them out.
 * @param {string} text
 */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
