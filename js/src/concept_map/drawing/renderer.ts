/** What draws the points; `webgl_renderer.ts` does it with the graphics card, `canvas_renderer.ts` without. */

import type { MapSpace } from "../points/space";
import type { Rgb } from "./palettes";

/**
 * Everything about the points that a drawing depends on, in drawing order. Arrays are replaced, never changed, so that a
 * renderer sees by their identity what it has already handed to the graphics card.
 */
export interface PointData {
  n: number;
  space: Pick<MapSpace, "sx" | "sy">;
  /** x and y in steps. */
  xy: Uint16Array;
  /** Where each point comes from while the map morphs; else null. */
  start: Uint16Array | null;
  /** Palette entries. */
  entries: Uint8Array;
  /** Bits of filter.ts. */
  states: Uint8Array;
  /** 256 colours. */
  palette: Uint8Array;
}

/** One picture: lengths are pixels of the canvas. */
export interface Frame {
  width: number;
  height: number;
  /** Where the middle of the map lies, and how long a map unit is. */
  centre: readonly [x: number, y: number];
  scale: number;
  /** Draw the first so many points. */
  count: number;
  /** Diameter of a point. */
  size: number;
  opacity: number;
  /** How far the morph is, 0 to 1. */
  arrived: number;
  /** Points of high entries lie over those of low ones. */
  highOnTop: boolean;
  accent: Rgb;
  background: Rgb;
}

export interface MapRenderer {
  readonly kind: "webgl2" | "canvas2d";
  /** Draws over the whole of the canvas; false when it cannot just now, and then nothing was drawn. */
  draw(target: CanvasRenderingContext2D, data: PointData, frame: Frame): boolean;
  /** Calls back when the last picture is finished: a graphics card works on while the page goes on. */
  whenDrawn(tell: () => void): void;
  close(): void;
}

/** Share of the normal opacity that filtered points keep. */
export const FADED_OPACITY = 0.1;
/** Pixels of the screen by which the ring of a selected point is wider than the point. */
export const RING = 5;
