// What stands around the panel's parts: its heading, choices between few things, and what is said meanwhile.

import { h } from "../dom.js";
import { t } from "../text.js";

/**
 * The heading, which takes the focus when another zone is opened.
 * @param {import("./data.js").Details} details
 * @param {() => void} close
 */
export function heading(details, close) {
  const country = details.country && details.country !== details.name ? details.country : null;
  return h("div", { class: "panel-title" },
    h("div", {},
      h("h2", { id: "panel-title", tabindex: "-1" }, details.name),
      h("p", { class: "panel-small" }, [country, details.zone].filter(Boolean).join(" · "))),
    closing(close));
}

/** @param {() => void} close */
export function closing(close) {
  return h("button", { type: "button", class: "panel-close", "aria-label": t("panel.close"), onclick: close }, "×");
}

/**
 * Buttons of which one is pressed.
 * @template {string} Name
 * @param {string} legend
 * @param {readonly (readonly [Name, string])[]} options  Each with its text.
 * @param {Name} chosen
 * @param {(name: Name) => void} pick
 */
export function choice(legend, options, chosen, pick) {
  return h("div", { class: "panel-choice", role: "group", "aria-label": legend },
    options.map(([name, text]) => h("button", {
      type: "button", "aria-pressed": String(name === chosen), dataset: { choice: name }, onclick: () => pick(name),
    }, text)));
}

/** Something is on its way. */
export function loading() {
  return h("p", { class: "panel-wait", role: "status" }, t("loading"));
}

/**
 * Something failed, with a way to ask again.
 * @param {unknown} error
 * @param {() => void} again
 */
export function failed(error, again) {
  return h("div", { class: "panel-failed", role: "alert" },
    h("p", {}, error instanceof Error ? error.message : String(error)),
    h("button", { type: "button", onclick: again }, t("retry")));
}
