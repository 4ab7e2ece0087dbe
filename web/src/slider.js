// The hour that is shown, of the last 24, and its playback.

import { h, replace } from "./dom.js";
import { moment, t } from "./text.js";

const HOURS = 24;
const HOUR_MS = 3_600_000;
const STEP_MS = 900;

/**
 * The slider.
 * @param {HTMLElement} element
 * @param {typeof import("./state.js")} store
 * @param {{newest: () => string | null, ready: () => Promise<unknown>}} told  the newest hour there is; when what was
 *   asked for is drawn
 */
export function mountSlider(element, store, { newest, ready }) {
  let isPlaying = false;
  const play = h("button", { type: "button", class: "play", onclick: () => (isPlaying ? stop() : run()) });
  const range = h("input", { type: "range", min: 0, max: HOURS, step: 1, value: HOURS, id: "hour" });
  const label = h("label", { for: "hour" });
  const now = h("button", { type: "button", class: "now", onclick: () => { stop(); store.set({ at: null }); } });

  /** @param {number} hour  HOURS is now */
  const at = (hour) => {
    const end = newest();
    return hour >= HOURS || !end ? null : new Date(new Date(end).getTime() - (HOURS - hour) * HOUR_MS).toISOString();
  };
  const draw = () => {
    const end = newest();
    const shown = store.get().at;
    const hours = shown && end ? HOURS - Math.round((new Date(end).getTime() - new Date(shown).getTime()) / HOUR_MS) : HOURS;
    range.value = String(Math.min(HOURS, Math.max(0, hours)));
    const text = shown ? moment(shown) : t("slider.now");
    label.textContent = hours < 0 ? t("slider.before", { at: text }) : text;
    range.setAttribute("aria-valuetext", text);
    play.textContent = isPlaying ? "❚❚" : "▶";
    play.setAttribute("aria-label", t(isPlaying ? "slider.stop" : "slider.play"));
    now.textContent = t("slider.back");
    now.hidden = shown === null;
  };
  const stop = () => {
    isPlaying = false;
    draw();
  };
  const run = async () => {
    isPlaying = true;
    if (Number(range.value) >= HOURS) store.set({ at: at(0) }, { replace: true });
    draw();
    while (isPlaying) {
      await Promise.all([ready(), new Promise((resolve) => setTimeout(resolve, STEP_MS))]);
      if (!isPlaying) return;
      store.set({ at: at(Number(range.value) + 1) }, { replace: true });
      if (store.get().at === null) stop();
    }
  };
  let isNew = true;
  range.addEventListener("input", () => {
    isPlaying = false;
    store.set({ at: at(Number(range.value)) }, { replace: !isNew }); // a drag is one step back
    isNew = false;
  });
  range.addEventListener("change", () => { isNew = true; });
  store.subscribe(["at", "language"], draw);
  replace(element, play, range, label, now);
  draw();
  return draw;
}
