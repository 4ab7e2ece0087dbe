// Who publishes what the zone's numbers rest on, and where a copy of them can be had.

import { h } from "../dom.js";
import { t } from "../text.js";

/** @typedef {import("./data.js").Source} Source */

/** @param {import("./data.js").Details} details */
export function sources(details) {
  const parsers = [...new Set(details.sources.map((source) => source.parser))];
  const found = parsers.map((parser) => publisher(details.sources.filter((source) => source.parser === parser)));
  return h("section", { class: "panel-sources", "aria-labelledby": "panel-sources" },
    h("h3", { id: "panel-sources" }, t("sources.title")),
    found.length ? h("ul", {}, found) : h("p", {}, t("sources.none")));
}

/**
 * One publisher with all that it serves.
 * @param {Source[]} served
 */
function publisher(served) {
  const [{ parser, title, addresses, licence }] = served;
  return h("li", {},
    h("p", {}, title || t("sources.unwritten", { parser })),
    h("p", {}, served.map(({ kind, zones }) =>
      h("span", { class: "panel-tag", title: zones.join(", ") }, t(`kind.${kind}`)))),
    h("p", {}, [...hosts(addresses)].map(([host, href]) =>
      h("a", { href, rel: "noopener noreferrer", target: "_blank" }, host))),
    licence ? h("p", { class: "panel-small" }, t("sources.licence", { licence })) : null);
}

/**
 * Where a publisher is found, host → first address there.
 * @param {string[]} addresses
 */
function hosts(addresses) {
  const found = addresses.filter(isWeb).map((address) => /** @type {const} */ ([new URL(address).host, address]));
  return new Map(found.reverse());
}

/**
 * Whether a text is an address of the web: a source may say anything, also `javascript:`.
 * @param {string} text
 */
function isWeb(text) {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}
