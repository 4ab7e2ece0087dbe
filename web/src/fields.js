// Fields of the weather as /weather/fields says them, at any point of the world, and where a map shows these points.

/** @typedef {{north: number, west: number, step: number, rows: number, columns: number}} Grid */
/** @typedef {{unit: string, step: number, values: number[]}} Values  in whole steps, row by row from north to south */
/**
 * @typedef {object} Fields
 * @property {string} datetime
 * @property {string} issued
 * @property {string} origin
 * @property {Grid} grid
 * @property {Values} windEast
 * @property {Values} windNorth
 * @property {Values} radiation
 */
/** @typedef {{lon: (x: number) => number, lat: (y: number) => number, width: number, height: number}} Sheet  px */

const TILE_PX = 512;

/**
 * The value at a point, between the four around it; null beyond the grid's rows.
 * @param {Grid} grid
 * @param {Values} values
 * @param {number} lon
 * @param {number} lat
 */
export function valueAt(grid, { values, step }, lon, lat) {
  const row = (grid.north - lat) / grid.step;
  if (row < 0 || row > grid.rows - 1) return null;
  const column = ((((lon - grid.west) / grid.step) % grid.columns) + grid.columns) % grid.columns;
  const above = Math.min(Math.floor(row), grid.rows - 2);
  const left = Math.floor(column);
  const right = (left + 1) % grid.columns;
  const [down, along] = [row - above, column - left];
  /** @param {number} at */
  const line = (at) => values[at * grid.columns + left] * (1 - along) + values[at * grid.columns + right] * along;
  return (line(above) * (1 - down) + line(above + 1) * down) * step;
}

/**
 * Which longitude and latitude lie at the pixels of a map that points north (web Mercator).
 * @param {import("../vendor/maplibre-gl/maplibre-gl.mjs").Map} map
 * @returns {Sheet}
 */
export function sheetOf(map) {
  const { clientWidth: width, clientHeight: height } = map.getCanvas();
  const { lng, lat } = map.getCenter();
  const world_px = TILE_PX * 2 ** map.getZoom();
  const middle = Math.asinh(Math.tan((lat * Math.PI) / 180));
  return {
    width, height,
    lon: (x) => lng + ((x - width / 2) / world_px) * 360,
    lat: (y) => (Math.atan(Math.sinh(middle - ((y - height / 2) / world_px) * 2 * Math.PI)) * 180) / Math.PI,
  };
}
