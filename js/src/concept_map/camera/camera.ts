/** Which part of the map is on the screen; y points up on the map and down on the screen. */
import type { MapSpace, Point } from "../points/space";

/** The middle of the view in map units, and how much larger than "all fits" it is drawn. */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

/** The size of the view in CSS pixels, and how many of them a map unit has at zoom 1. */
export interface Viewport {
  width: number;
  height: number;
  fit: number;
}

export const HOME: Camera = { x: 0.5, y: 0.5, zoom: 1 };
/** Kept free around the map where all of it fits: at the sides as much as the column of tools takes. */
const MARGIN = { side: 48, end: 24 };
/** In a narrow view the legend of kinds is folded, and the map ends above it. */
export const NARROW = 560;
const FOLDED_LEGEND = 48;
const MIN_ZOOM = 0.5;
/** Positions are whole numbers up to 65534: beyond this they would show their grid. */
const MAX_ZOOM = 80;

export function viewport(width: number, height: number, { sx, sy }: Pick<MapSpace, "sx" | "sy">): Viewport {
  const across = Math.max(width - 2 * MARGIN.side, 1) / (sx || 1e-9);
  const end = width < NARROW ? FOLDED_LEGEND : MARGIN.end;
  const down = Math.max(height - 2 * end, 1) / (sy || 1e-9);
  return { width, height, fit: Math.min(across, down) };
}

export function toScreen(camera: Camera, view: Viewport, [x, y]: Point): Point {
  const scale = view.fit * camera.zoom;
  return [view.width / 2 + (x - camera.x) * scale, view.height / 2 - (y - camera.y) * scale];
}

export function toMap(camera: Camera, view: Viewport, [x, y]: Point): Point {
  const scale = view.fit * camera.zoom;
  return [camera.x + (x - view.width / 2) / scale, camera.y - (y - view.height / 2) / scale];
}

/** Never so far away or so near that nothing can be seen, and never beside the map. */
export function clamped({ x, y, zoom }: Camera): Camera {
  const within = (value: number, low: number, high: number, otherwise: number) =>
    Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
  return { x: within(x, 0, 1, 0.5), y: within(y, 0, 1, 0.5), zoom: within(zoom, MIN_ZOOM, MAX_ZOOM, 1) };
}

/** Zooms by `factor` so that what is under a place on the screen stays there. */
export function zoomedAt(camera: Camera, view: Viewport, place: Point, factor: number): Camera {
  const zoom = clamped({ ...camera, zoom: camera.zoom * factor }).zoom;
  const [x, y] = toMap(camera, view, place);
  const keep = camera.zoom / zoom;
  return clamped({ x: x + (camera.x - x) * keep, y: y + (camera.y - y) * keep, zoom });
}

/** Moves the map by pixels of the screen. */
export function panned(camera: Camera, view: Viewport, dx: number, dy: number): Camera {
  const scale = view.fit * camera.zoom;
  return clamped({ ...camera, x: camera.x - dx / scale, y: camera.y + dy / scale });
}

/** The least move that brings a place of the map at least `margin` pixels into view. */
export function revealing(camera: Camera, view: Viewport, place: Point, margin = 48): Camera {
  const [x, y] = toScreen(camera, view, place);
  const missing = (value: number, size: number) => {
    const edge = Math.min(margin, size / 2);
    return value < edge ? edge - value : value > size - edge ? size - edge - value : 0;
  };
  return panned(camera, view, missing(x, view.width), missing(y, view.height));
}
