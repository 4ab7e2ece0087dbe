// Images that the map draws with: the hatching of what is estimated, and the arrow of a flow.

const HATCH_PX = 16;
const ARROW_PX = 48;

/**
 * Diagonal lines that repeat without a seam.
 * @param {import("./colours.js").Theme} theme
 * @returns {ImageData}
 */
export function hatch(theme) {
  const context = canvas(HATCH_PX);
  context.strokeStyle = theme === "dark" ? "rgb(10 14 20 / 60%)" : "rgb(255 255 255 / 60%)";
  context.lineWidth = 3;
  for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
    context.moveTo(shift, HATCH_PX);
    context.lineTo(shift + HATCH_PX, 0);
  }
  context.stroke();
  return context.getImageData(0, 0, HATCH_PX, HATCH_PX);
}

/**
 * A chevron that points north, dark at its edge so that it is seen on any colour.
 * @param {string} colour
 * @returns {ImageData}
 */
export function arrow(colour) {
  const context = canvas(ARROW_PX);
  context.lineJoin = "round";
  context.beginPath();
  for (const [x, y] of [[24, 6], [43, 41], [24, 33], [5, 41]]) context.lineTo(x, y);
  context.closePath();
  context.strokeStyle = "rgb(15 20 28 / 90%)";
  context.lineWidth = 9;
  context.stroke();
  context.strokeStyle = "rgb(255 255 255 / 95%)"; // a second edge, for dark areas
  context.lineWidth = 3;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  return context.getImageData(0, 0, ARROW_PX, ARROW_PX);
}

/** @param {number} size_px */
function canvas(size_px) {
  const made = document.createElement("canvas");
  made.width = size_px;
  made.height = size_px;
  const context = made.getContext("2d", { willReadFrequently: true }); // kept off the graphics card
  if (!context) throw new Error("This browser draws no canvas.");
  return context;
}
