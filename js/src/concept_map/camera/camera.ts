/** Camera: the visible part of the map. The y axis points up on the map and down on the screen. */
import type { MapSpace, Point } from "../points/space";

/** Centre of the view in map units, and magnification relative to "all fits". */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

/** Size of the view in CSS pixels, and pixels per map unit at zoom 1. */
export interface Viewport {
  width: number;
  height: number;
  fit: number;
}

export const HOME: Camera = { x: 0.5, y: 0.5, zoom: 1 };
/** Margin around the whole map; at the sides it leaves room for the column of tools. */
const MARGIN = { side: 48, end: 24 };
const MIN_ZOOM = 0.5;
/** Positions are integers up to 65534: higher zoom would show their grid. */
const MAX_ZOOM = 80;

export function viewport(width: number, height: number, { sx, sy }: Pick<MapSpace, "sx" | "sy">): Viewport {
  const across = Math.max(width - 2 * MARGIN.side, 1) / (sx || 1e-9);
  const down = Math.max(height - 2 * MARGIN.end, 1) / (sy || 1e-9);
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

/** Clamps the zoom, and keeps the centre on the map. */
export function clamped({ x, y, zoom }: Camera): Camera {
  const within = (value: number, low: number, high: number, otherwise: number) =>
    Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : otherwise;
  return { x: within(x, 0, 1, 0.5), y: within(y, 0, 1, 0.5), zoom: within(zoom, MIN_ZOOM, MAX_ZOOM, 1) };
}

/** Zooms by `factor` around a place on the screen. */
export function zoomedAt(camera: Camera, view: Viewport, place: Point, factor: number): Camera {
  const zoom = clamped({ ...camera, zoom: camera.zoom * factor }).zoom;
  const [x, y] = toMap(camera, view, place);
  const keep = camera.zoom / zoom;
  return clamped({ x: x + (camera.x - x) * keep, y: y + (camera.y - y) * keep, zoom });
}

/** Pans by pixels of the screen. */
export function panned(camera: Camera, view: Viewport, dx: number, dy: number): Camera {
  const scale = view.fit * camera.zoom;
  return clamped({ ...camera, x: camera.x - dx / scale, y: camera.y + dy / scale });
}

/** Pans as little as possible until a place is at least `margin` pixels inside the view. */
export function revealing(camera: Camera, view: Viewport, place: Point, margin = 48): Camera {
  const [x, y] = toScreen(camera, view, place);
  const missing = (value: number, size: number) => {
    const edge = Math.min(margin, size / 2);
    return value < edge ? edge - value : value > size - edge ? size - edge - value : 0;
  };
  return panned(camera, view, missing(x, view.width), missing(y, view.height));
}
