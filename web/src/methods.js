// What people call the methods of forecasts, and what each knows.

import { t } from "./text.js";

/** Ends the name of a method whose last hours are the blend's. */
const THEN = "+blend";

/**
 * In a few words.
 * @param {string} method as the API names it
 */
export function methodName(method) {
  const own = method.replace(THEN, "");
  const name = said(`method.name.${own}`) ?? own;
  return own === method ? name : t("method.name.then", { method: name });
}

/**
 * In a sentence or two.
 * @param {string} method as the API names it
 */
export function methodText(method) {
  const own = method.replace(THEN, "");
  const text = said(`method.${own}`) ?? t("method.other", { method: own });
  return own === method ? text : `${text} ${t("method.then")}`;
}

/** @param {string} key */
function said(key) {
  return t(key) === key ? null : t(key);
}
