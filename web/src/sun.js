// Sunshine as a veil over the map: dark where the sun has set, bright where it is strong.

import { valueAt } from "./fields.js";
import { sunColour } from "./colours.js";

const CELL_PX = 6;
/** The veil is this coarse, and drawn smooth by the browser. */

/**
 * Draw the sunshine of what a map shows.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./fields.js").Fields} fields
 * @param {import("./fields.js").Sheet} sheet
 */
export function drawSun(canvas, fields, sheet) {
  canvas.width = Math.ceil(sheet.width / CELL_PX);
  canvas.height = Math.ceil(sheet.height / CELL_PX);
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    const lat = sheet.lat((y + 0.5) * CELL_PX);
    for (let x = 0; x < canvas.width; x++) {
      const value = valueAt(fields.grid, fields.radiation, sheet.lon((x + 0.5) * CELL_PX), lat);
      if (value !== null) image.data.set(sunColour(value), 4 * (y * canvas.width + x));
    }
  }
  context.putImageData(image, 0, 0);
}
