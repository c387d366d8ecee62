/** Interface of the renderers: `webgl_renderer.ts` uses the graphics card, `canvas_renderer.ts` the processor. */

import type { Rgb } from "../colours/palettes";
import type { MapSpace } from "../points/space";

/**
 * All columns that a drawing depends on, in drawing order. Arrays are replaced and never changed: a renderer recognises
 * by identity those that it has already uploaded.
 */
export interface PointData {
  n: number;
  space: Pick<MapSpace, "sx" | "sy">;
  /** x and y in steps. */
  xy: Uint16Array;
  /** Start positions while the map morphs; else null. */
  start: Uint16Array | null;
  /** Palette entries. */
  entries: Uint8Array;
  /** State bits of filter.ts. */
  states: Uint8Array;
  /** 256 colours. */
  palette: Uint8Array;
}

/** One picture; lengths are pixels of the canvas. */
export interface Frame {
  width: number;
  height: number;
  /** Position of the map's centre, and the length of a map unit. */
  centre: readonly [x: number, y: number];
  scale: number;
  /** Number of points to draw, from the first. */
  count: number;
  /** Diameter of a point. */
  size: number;
  opacity: number;
  /** Progress of the morph, 0 to 1. */
  arrived: number;
  /** 1 to draw points of high entries over those of low ones, -1 for the reverse, 0 for neither. */
  onTop: -1 | 0 | 1;
  accent: Rgb;
  background: Rgb;
}

export interface MapRenderer {
  /** Draws over the whole canvas; returns false, having drawn nothing, when it currently cannot. */
  draw(target: CanvasRenderingContext2D, data: PointData, frame: Frame): boolean;
  /** Calls back when the last picture is complete: a graphics card works asynchronously. */
  whenDrawn(tell: () => void): void;
  close(): void;
}

/** Share of the normal opacity for filtered points. */
export const FADED_OPACITY = 0.1;
/** Share of the normal opacity that is left of points that fade out. */
export const LEFT_OPACITY = 0.5;
/** Width of a hollow point's ring as a share of its diameter, and at least so many pixels. */
export const HOLLOW_WIDTH = [0.24, 1.25] as const;
/** Width of the ring of a selected point, in pixels of the screen. */
export const RING = 5;
