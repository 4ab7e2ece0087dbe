// The only place that asks the server. It tries again what may pass, and says when the server is away or back.

import { recall, remember } from "./storage.js";

/** Why an answer is not there; `status` is 0 if the server could not be reached. */
export class ApiError extends Error {
  /**
   * @param {string} message for people
   * @param {number} status of HTTP
   */
  constructor(message, status) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** @typedef {Record<string, string | number | boolean | null | undefined>} Parameters */

const WAITS_MS = [500, 1500, 4000];
const TOKEN_KEY = "gridtrace-token";
/** Which files of `gridtrace export-static` say the same as a path; those with a zone are one file per zone. */
const FILES = /** @type {Readonly<Record<string, string>>} */ ({
  "/state": "state.json",
  "/weather/fields": "weather.json",
  "/v4/zones": "zones.json",
  "/v3/carbon-intensity/latest": "latest/{zone}.json",
  "/v3/carbon-intensity/history": "history/{zone}.json",
  "/v3/carbon-intensity/forecast": "forecast/{zone}.json",
  "/forecast/skill": "skill/{zone}.json",
  "/v3/power-breakdown/latest": "breakdown/{zone}.json",
  "/explain": "explain/{zone}.json",
  "/zone-details": "details/{zone}.json",
  "/status": "status.json",
});
const LOGS = "/status/";

/** Tells `offline` when the server cannot be reached, and `online` when it answers again. */
export const connection = new EventTarget();

let isOnline = true;
let isFiles = false;

/** Whether the page stands beside exported files rather than on an instance. Known after the first `get`. */
export function isStatic() {
  return isFiles;
}

/**
 * What is at a path, as JSON. An instance that is away is asked four times in all.
 * @param {string} path as /state; found below the folder of the page
 * @param {Parameters} [parameters] null and undefined are left out
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 * @throws {ApiError} if there is none; an AbortError if `signal` says so
 */
export async function get(path, parameters = {}, { signal } = {}) {
  if (isFiles) return fromFile(path, parameters, signal);
  const answer = await patiently(address(path, parameters), signal);
  if (answer.status === 404 && !isJson(answer)) return fromFile(path, parameters, signal); // an instance says why
  return body(answer);
}

/**
 * Where a path is found, for links.
 * @param {string} path
 * @param {Parameters} [parameters]
 */
export function address(path, parameters = {}) {
  const found = new URL(path.replace(/^\//, ""), document.baseURI);
  found.hash = "";
  found.search = "";
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined) found.searchParams.set(name, String(value));
  }
  return found.href;
}

/**
 * Show a token from now on, until the browser's tab is closed.
 * @param {string} token
 */
export function useToken(token) {
  remember("sessionStorage", TOKEN_KEY, token);
}

/**
 * @param {string} path
 * @param {Parameters} parameters
 * @param {AbortSignal} [signal]
 */
async function fromFile(path, parameters, signal) {
  const file = path.startsWith(LOGS) ? `${path.slice(1)}.json` : FILES[path];
  const said = Object.keys(parameters).filter((name) => parameters[name] !== null && parameters[name] !== undefined);
  const isPlain = said.every((name) => name === "zone" && file?.includes("{zone}"));
  if (!file || !isPlain) throw new ApiError("Exported files do not say this; an instance of Gridtrace does.", 404);
  const found = await body(await patiently(address(file.replace("{zone}", String(parameters.zone))), signal));
  isFiles = true;
  return found;
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function patiently(url, signal) {
  for (const wait_ms of [...WAITS_MS, null]) {
    const answer = await once(url, signal);
    const mayPass = answer === null || answer.status === 429 || answer.status >= 502;
    if (answer && !mayPass) return answer;
    if (wait_ms === null) {
      if (answer) return answer;
      break;
    }
    await pause(wait_ms, signal);
  }
  throw new ApiError("The server cannot be reached.", 0);
}

/**
 * An answer, or null if there was none.
 * @param {string} url
 * @param {AbortSignal} [signal]
 */
async function once(url, signal) {
  const token = recall("sessionStorage", TOKEN_KEY);
  const headers = { accept: "application/json", ...(token && { "auth-token": token }) };
  try {
    const answer = await fetch(url, { headers, signal });
    tell(true);
    return answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    tell(false);
    return null;
  }
}

/** @param {boolean} isReached */
function tell(isReached) {
  if (isReached === isOnline) return;
  isOnline = isReached;
  connection.dispatchEvent(new Event(isReached ? "online" : "offline"));
}

/** @param {Response} answer */
function isJson(answer) {
  return answer.headers.get("content-type")?.includes("json") ?? false;
}

/** @param {Response} answer */
async function body(answer) {
  const found = isJson(answer) ? await answer.json() : null;
  if (answer.ok && found !== null) return found;
  throw new ApiError(found?.message ?? found?.error ?? `The server answered ${answer.status}.`, answer.status);
}

/**
 * @param {number} wait_ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(wait_ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, wait_ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
