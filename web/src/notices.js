// What the reader must know beside the map: made-up data, a server that is away, a token that is needed.

import { h } from "./dom.js";
import { t } from "./text.js";

/**
 * Banners by name; a name has one at a time.
 * @param {HTMLElement} element
 */
export function mountNotices(element) {
  /** @type {Map<string, HTMLElement>} */
  const shown = new Map();
  /**
   * @param {string} name
   * @param {HTMLElement | null} banner nothing takes it away
   */
  return (name, banner) => {
    shown.get(name)?.remove();
    shown.delete(name);
    if (!banner) return;
    shown.set(name, banner);
    element.append(banner);
  };
}

/** That the numbers are not of the real grid. */
export function simulated() {
  return h("p", { class: "notice simulated", role: "note" }, h("strong", {}, "SIMULATED"), ` ${t("notice.simulated")}`);
}

/**
 * That something went wrong, with a way to try again.
 * @param {string} message
 * @param {(() => void) | null} retry
 */
export function failed(message, retry) {
  return h("p", { class: "notice failed", role: "alert" }, message, " ",
    retry && h("button", { type: "button", onclick: retry }, t("retry")));
}

/**
 * That the instance wants a token.
 * @param {(token: string) => void} use
 */
export function needsToken(use) {
  const field = h("input", { name: "token", type: "password", autocomplete: "off", required: true, "aria-label": t("notice.token") });
  return h("form", {
    class: "notice failed",
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      use(field.value.trim());
    },
  }, h("span", { role: "alert" }, t("notice.closed")), field, h("button", {}, t("notice.use")));
}
