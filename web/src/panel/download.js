// Links to the rows behind the charts as CSV, straight from the API.

import { h } from "../dom.js";
import { t } from "../text.js";
import { pastParameters, told } from "./data.js";

/**
 * @param {typeof import("../api.js").address} address
 * @param {import("./data.js").PastAsked} asked
 */
export function downloads(address, asked) {
  const signals = ["carbon-intensity", "power-breakdown", ...(asked.hasPrice ? ["price-day-ahead"] : [])];
  return h("section", { class: "panel-downloads", "aria-labelledby": "panel-downloads" },
    h("h3", { id: "panel-downloads" }, t("download.title")),
    h("ul", {}, signals.map((signal) => {
      const parameters = { ...pastParameters(asked), ...(signal === "carbon-intensity" && told(asked)), format: "csv" };
      const file = `${asked.zone}-${signal}-${asked.span}.csv`;
      const href = address(`/v4/${signal}/past-range`, parameters);
      return h("li", {}, h("a", { href, download: file }, t(`signal.${signal}`)));
    })));
}
