// Links to the rows behind the charts as CSV, straight from the API.

import { h } from "../dom.js";
import { t } from "../text.js";
import { pastParameters, told } from "./data.js";

/** Signals, and whether they are told by basis and mode. */
const SIGNALS = [["carbon-intensity", true], ["power-breakdown", false], ["price-day-ahead", false]];

/**
 * @param {typeof import("../api.js").address} address
 * @param {import("./data.js").PastAsked} asked
 */
export function downloads(address, asked) {
  return h("section", { class: "panel-downloads", "aria-labelledby": "panel-downloads" },
    h("h3", { id: "panel-downloads" }, t("download.title")),
    h("ul", {}, SIGNALS.map(([signal, isTold]) => {
      const parameters = { ...pastParameters(asked), ...(isTold ? told(asked) : {}), format: "csv" };
      const file = `${asked.zone}-${signal}-${asked.span}.csv`;
      return h("li", {}, h("a", { href: address(`/v4/${signal}/past-range`, parameters), download: file }, t(`signal.${signal}`)));
    })));
}
