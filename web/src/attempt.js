// What happens when the server does not answer, or not as hoped: it is said, with a way to try again.

import { ApiError, connection, useToken } from "./api.js";
import { failed, needsToken } from "./notices.js";
import { t } from "./text.js";

/** @typedef {ReturnType<typeof import("./notices.js").mountNotices>} Notice */

/**
 * A function that does something that asks the server, and tells of what goes wrong.
 * @param {Notice} notice
 * @returns {(act: () => Promise<void>, again: () => void) => Promise<void>}
 */
export function attempting(notice) {
  connection.addEventListener("offline", () => notice("connection", failed(t("notice.offline"), null)));
  connection.addEventListener("online", () => notice("connection", null));
  return async (act, again) => {
    try {
      await act();
      notice("failure", null);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      notice("connection", null);
      notice("failure", banner(/** @type {Error} */ (error), again));
    }
  };
}

/**
 * @param {Error} error
 * @param {() => void} again
 */
function banner(error, again) {
  const status = error instanceof ApiError ? error.status : null;
  if (status === 401) return needsToken((token) => { useToken(token); again(); });
  return failed(status === 0 ? t("notice.away") : error.message, again);
}
