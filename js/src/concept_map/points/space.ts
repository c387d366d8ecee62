/**
 * Coordinates of a map, of three kinds: its own (`bounds`); steps, which are integers from 0 to 65534 between the
 * bounds, as sent and drawn; and map units, 0 to 1 along the longer side, the shorter one centred, equally scaled.
 */
export interface MapSpace {
  x0: number;
  y0: number;
  /** Length of one map unit in the map's own coordinates. */
  unit: number;
  /** Width and height in map units; the larger is 1. */
  sx: number;
  sy: number;
}

type Bounds = readonly [x0: number, y0: number, x1: number, y1: number];
export type Point = readonly [x: number, y: number];

export const STEPS = 65534;
/** The x of a component without a position. */
export const NOWHERE = 65535;

export function mapSpace([x0, y0, x1, y1]: Bounds): MapSpace {
  const unit = Math.max(x1 - x0, y1 - y0) || 1;
  const single = x1 === x0 && y1 === y0;
  return { x0, y0, unit, sx: single ? 1 : (x1 - x0) / unit, sy: single ? 1 : (y1 - y0) / unit };
}

/** Converts the map's own coordinates to map units. */
export function toUnits(space: MapSpace, [x, y]: Point): Point {
  return [(x - space.x0) / space.unit + (1 - space.sx) / 2, (y - space.y0) / space.unit + (1 - space.sy) / 2];
}

/** Converts steps to map units. */
export function stepsToUnits(space: MapSpace, [x, y]: Point): Point {
  return [0.5 + (x / STEPS - 0.5) * space.sx, 0.5 + (y / STEPS - 0.5) * space.sy];
}

/** Converts map units to steps, unrounded; the middle where a side has no length. */
export function unitsToSteps(space: MapSpace, [x, y]: Point): Point {
  return [
    space.sx === 0 ? STEPS / 2 : ((x - 0.5) / space.sx + 0.5) * STEPS,
    space.sy === 0 ? STEPS / 2 : ((y - 0.5) / space.sy + 0.5) * STEPS,
  ];
}
