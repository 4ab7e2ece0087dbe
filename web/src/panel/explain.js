// "Explain this number": every term of the balance, and on demand those of the neighbours that imports come from.

import { h, replace } from "../dom.js";
import { number, percent, power, t } from "../text.js";

/** @typedef {import("./data.js").Term} Term */
/**
 * @typedef {object} Means
 * @property {(zone: string) => Promise<any>} unfold  The same hour of another zone.
 * @property {import("./bars.js").Names} names
 */

/**
 * @param {any} explained  The answer of /explain.
 * @param {Means} means
 */
export function explanation(explained, means) {
  if (!explained) return null;
  return h("details", { class: "panel-explain" },
    h("summary", {}, t("panel.explain")),
    h("p", {}, sentence(explained)),
    band(explained),
    terms(explained, means, 0),
    h("p", { class: "panel-small" }, t("explain.equation")));
}

/** @param {any} explained */
function sentence(explained) {
  const values = { value: number(explained.carbonIntensity, 1), basis: t(`panel.basis.${explained.emissionFactorType}`) };
  return explained.supplyMw === undefined
    ? t("explain.aggregate", values) : t("explain.sum", { ...values, supply: power(explained.supplyMw) });
}

/** @param {any} explained */
function band({ lifecycleBand: [low, high], emissionFactorType }) {
  if (low === null || high === null || emissionFactorType !== "lifecycle") return null;
  return h("p", { class: "panel-small" }, t("explain.band", { low: number(low), high: number(high) }));
}

/**
 * The terms of a zone, each row with what it adds.
 * @param {any} explained
 * @param {Means} means
 * @param {number} depth  How many borders upstream it is.
 */
function terms(explained, means, depth) {
  const columns = ["term", "power", "share", "intensity", "adds"];
  const caption = t("explain.table", { zone: means.names(explained.zone) });
  return h("div", { class: "panel-scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: "panel-terms" },
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, t(`explain.${name}`))))),
      h("tbody", {}, explained.terms.flatMap((/** @type {Term} */ term) => rows(term, means, depth)))));
}

/**
 * @param {Term} term
 * @param {Means} means
 * @param {number} depth
 */
function rows(term, means, depth) {
  const inner = h("tr", { class: "panel-inner", hidden: true }, h("td", { colspan: "5" }));
  const canUnfold = (term.kind === "import" && !term.isFallback && depth < 3) || term.kind === "sub-zone";
  const name = canUnfold ? unfolding(term, inner, means, depth) : nameOf(term, means.names);
  const row = h("tr", { dataset: { term: `${term.kind} ${term.name}` } },
    h("th", { scope: "row" }, name, note(term)),
    h("td", {}, power(term.powerMw)), h("td", {}, cell(term.share, percent)),
    h("td", {}, number(term.gPerKwh, 1)), h("td", {}, cell(term.contribution, number)));
  return canUnfold ? [row, inner] : [row];
}

/**
 * A number with one digit; nothing where a term has none, as what leaves.
 * @param {number | null | undefined} value
 * @param {(value: number, digits: number) => string} say
 */
function cell(value, say) {
  return value === null || value === undefined ? "" : say(value, 1);
}

/**
 * @param {Term} term
 * @param {import("./bars.js").Names} names
 */
function nameOf(term, names) {
  const name = term.kind === "production" ? t(`mode.${term.name}`)
    : term.kind === "charge" || term.kind === "discharge" ? t(`mode.${term.name} storage`) : names(term.name);
  return t(`explain.${term.kind}`, { name });
}

/** @param {Term} term */
function note(term) {
  const published = [...new Set((term.data ?? []).map((one) => one.source))].join(", ");
  const factor = term.factor && t("explain.factor", { source: term.factor.source, scope: t(`scope.${term.factor.scope}`) });
  const parts = [factor, term.isFallback && t("explain.fallback"), published && t("explain.data", { source: published })];
  const said = parts.filter(Boolean).join(" · ");
  return said ? h("span", { class: "panel-small" }, said) : null;
}

/**
 * A button that loads the terms of a neighbour once and shows or hides them.
 * @param {Term} term
 * @param {HTMLElement} inner
 * @param {Means} means
 * @param {number} depth
 */
function unfolding(term, inner, means, depth) {
  const cell = /** @type {HTMLElement} */ (inner.firstElementChild);
  const button = h("button", { type: "button", class: "panel-unfold", "aria-expanded": "false" }, nameOf(term, means.names));
  button.addEventListener("click", async () => {
    inner.hidden = !inner.hidden;
    button.setAttribute("aria-expanded", String(!inner.hidden));
    if (cell.childElementCount || inner.hidden) return;
    cell.setAttribute("aria-busy", "true");
    cell.textContent = t("loading");
    try {
      replace(cell, terms(await means.unfold(term.name), means, depth + 1));
    } catch (error) {
      cell.textContent = /** @type {Error} */ (error).message;
    }
    cell.removeAttribute("aria-busy");
  });
  return button;
}
