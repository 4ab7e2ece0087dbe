// What the browser remembers for us. A page that others embed may be forbidden to: then nothing is remembered.

/** @typedef {"localStorage" | "sessionStorage"} Kind */

/**
 * What was kept, or null.
 * @param {Kind} kind
 * @param {string} key
 */
export function recall(kind, key) {
  try {
    return window[kind].getItem(key);
  } catch {
    return null;
  }
}

/**
 * Keep something, if the browser lets us.
 * @param {Kind} kind
 * @param {string} key
 * @param {string} value
 */
export function remember(kind, key, value) {
  try {
    window[kind].setItem(key, value);
  } catch {
    // forbidden, or full: the page works without
  }
}
