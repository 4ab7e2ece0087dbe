// Wind as particles that it carries over the map; as arrows that stand still for who asked for less motion.

import { valueAt } from "./fields.js";
import { windColour } from "./colours.js";

const CELL_PX = 8;
const FRAME_MS = 40;
/** 25 times a second is enough for the eye, and half the work. */
const PX_PER_M = 0.16;
/** How far a frame carries a particle for each m/s. */
const AREA_PX = 1400;
const MOST = 900;
const LIFE = 90;
/** Frames after which a particle begins anew somewhere else, so that they do not gather. */
const FADE = 0.9;
const ARROW_EVERY_PX = 44;

/** @typedef {{columns: number, rows: number, right: Float32Array, down: Float32Array}} Flow  m/s on the screen; NaN for none */

/** Particles on a canvas. */
export class Wind {
  #flow = /** @type {Flow | null} */ (null);
  #x = new Float32Array(0);
  #y = new Float32Array(0);
  #age = new Float32Array(0);
  #frame = 0;
  #drawn_ms = 0;
  #isStill = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => import("./colours.js").Theme} theme
   */
  constructor(canvas, theme) {
    this.canvas = canvas;
    this.theme = theme;
    this.#isStill.addEventListener("change", () => this.#begin());
    document.addEventListener("visibilitychange", () => this.#begin());
  }

  /**
   * Show the wind of what a map shows from now on.
   * @param {import("./fields.js").Fields} fields
   * @param {import("./fields.js").Sheet} sheet
   */
  show(fields, sheet) {
    this.canvas.width = sheet.width;
    this.canvas.height = sheet.height;
    this.#flow = flowOf(fields, sheet);
    const count = Math.min(MOST, Math.round((sheet.width * sheet.height) / AREA_PX));
    [this.#x, this.#y, this.#age] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
    for (let at = 0; at < count; at++) this.#place(at, Math.random() * LIFE);
    this.#begin();
  }

  /** Show nothing. */
  clear() {
    cancelAnimationFrame(this.#frame);
    this.#flow = null;
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #begin() {
    cancelAnimationFrame(this.#frame);
    const context = this.canvas.getContext("2d");
    if (!this.#flow || !context || document.hidden) return;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.strokeStyle = windColour(this.theme());
    context.lineWidth = 1.3;
    if (this.#isStill.matches) drawArrows(context, this.#flow);
    else this.#frame = requestAnimationFrame((now_ms) => this.#tick(context, now_ms));
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} now_ms
   */
  #tick(context, now_ms) {
    this.#frame = requestAnimationFrame((next_ms) => this.#tick(context, next_ms));
    if (!this.#flow || now_ms - this.#drawn_ms < FRAME_MS) return;
    this.#drawn_ms = now_ms;
    context.globalCompositeOperation = "destination-in"; // what is there already fades
    context.fillStyle = `rgb(0 0 0 / ${FADE})`;
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.globalCompositeOperation = "source-over";
    context.beginPath();
    for (let at = 0; at < this.#x.length; at++) this.#carry(context, this.#flow, at);
    context.stroke();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Flow} flow
   * @param {number} at
   */
  #carry(context, flow, at) {
    const cell = cellOf(flow, this.#x[at], this.#y[at]);
    this.#age[at] += 1;
    if (this.#age[at] > LIFE || cell < 0 || Number.isNaN(flow.right[cell])) return this.#place(at, 0);
    context.moveTo(this.#x[at], this.#y[at]);
    this.#x[at] += flow.right[cell] * PX_PER_M;
    this.#y[at] += flow.down[cell] * PX_PER_M;
    context.lineTo(this.#x[at], this.#y[at]);
  }

  /**
   * @param {number} at
   * @param {number} age
   */
  #place(at, age) {
    this.#x[at] = Math.random() * this.canvas.width;
    this.#y[at] = Math.random() * this.canvas.height;
    this.#age[at] = age;
  }
}

/**
 * The wind at the cells of a screen.
 * @param {import("./fields.js").Fields} fields
 * @param {import("./fields.js").Sheet} sheet
 * @returns {Flow}
 */
function flowOf(fields, sheet) {
  const [columns, rows] = [Math.ceil(sheet.width / CELL_PX), Math.ceil(sheet.height / CELL_PX)];
  const [right, down] = [new Float32Array(columns * rows), new Float32Array(columns * rows)];
  for (let y = 0; y < rows; y++) {
    const lat = sheet.lat((y + 0.5) * CELL_PX);
    for (let x = 0; x < columns; x++) {
      const lon = sheet.lon((x + 0.5) * CELL_PX);
      right[y * columns + x] = valueAt(fields.grid, fields.windEast, lon, lat) ?? Number.NaN;
      down[y * columns + x] = -(valueAt(fields.grid, fields.windNorth, lon, lat) ?? Number.NaN);
    }
  }
  return { columns, rows, right, down };
}

/**
 * @param {Flow} flow
 * @param {number} x
 * @param {number} y
 */
function cellOf(flow, x, y) {
  const [column, row] = [Math.floor(x / CELL_PX), Math.floor(y / CELL_PX)];
  return column < 0 || row < 0 || column >= flow.columns || row >= flow.rows ? -1 : row * flow.columns + column;
}

/**
 * An arrow with the wind every now and then, as long as it is strong.
 * @param {CanvasRenderingContext2D} context
 * @param {Flow} flow
 */
function drawArrows(context, flow) {
  context.beginPath();
  for (let y = ARROW_EVERY_PX / 2; y < context.canvas.height; y += ARROW_EVERY_PX) {
    for (let x = ARROW_EVERY_PX / 2; x < context.canvas.width; x += ARROW_EVERY_PX) {
      const cell = cellOf(flow, x, y);
      const [right, down] = [flow.right[cell], flow.down[cell]];
      const speed = Math.hypot(right, down);
      if (!(speed > 0.5)) continue;
      const length = Math.min(ARROW_EVERY_PX * 0.85, 6 + 1.6 * speed);
      const [along, across] = [(right / speed) * length, (down / speed) * length];
      const [tipX, tipY] = [x + along / 2, y + across / 2];
      context.moveTo(tipX - along, tipY - across);
      context.lineTo(tipX, tipY);
      for (const turn of [-1, 1]) {
        context.moveTo(tipX, tipY);
        context.lineTo(tipX - 0.3 * along + turn * 0.2 * across, tipY - 0.3 * across - turn * 0.2 * along);
      }
    }
  }
  context.stroke();
}
