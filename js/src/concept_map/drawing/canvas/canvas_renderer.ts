/**
 * Renderer without a graphics card: writes points pixel by pixel into an image.
 *
 * Where WebGL runs on the processor (virtual machines, remote desktops), this is ten to thirty times as fast: there a
 * point costs the setup of a triangle, here a few pixels.
 */
import { FADED, PLACELESS, SELECTED } from "../../colours/filter";
import { ARRIVING, HOLLOW, LEAVING } from "../../points/points";
import {
  FADED_OPACITY,
  type Frame,
  HOLLOW_WIDTH,
  LEFT_OPACITY,
  type MapRenderer,
  type PointData,
  RING,
} from "../renderer";
import { type Stamp, stamp } from "./stamp";

/** Margin in pixels for points at the picture's edge. */
const MARGIN = 24;
const NEAREST = 255;

/** Image that all maps of a page share: each map finishes with it before the next begins. */
interface Paper {
  image: ImageData;
  pixels: Uint32Array;
  /** Depth of each pixel's point, 0 to 255; higher is nearer. */
  depth: Uint8Array;
  stride: number;
}

let paper: Paper | null = null;

export class CanvasRenderer implements MapRenderer {
  #stamps: { key: string; stamps: Stamps } | null = null;

  draw(target: CanvasRenderingContext2D, data: PointData, frame: Frame): boolean {
    const sheet = paperOf(frame.width, frame.height);
    sheet.pixels.fill(packed(frame.background));
    sheet.depth.fill(0);
    drawPoints(sheet, data, frame, this.#stampsFor(sheet.stride, frame));
    target.putImageData(sheet.image, -MARGIN, -MARGIN);
    return true;
  }

  whenDrawn(tell: () => void): void {
    tell();
  }

  close(): void {}

  /** The stamps of the last picture, reused when they are the same. */
  #stampsFor(stride: number, frame: Frame): Stamps {
    const arrived = Math.round(8 * frame.arrived) / 8;
    const key = `${stride} ${frame.size} ${frame.opacity} ${arrived} ${globalThis.devicePixelRatio}`;
    if (this.#stamps?.key !== key) this.#stamps = { key, stamps: stampsOf(stride, frame, arrived) };
    return this.#stamps.stamps;
  }
}

function paperOf(width: number, height: number): Paper {
  const stride = width + 2 * MARGIN;
  const rows = height + 2 * MARGIN;
  if (paper?.image.width === stride && paper.image.height === rows) return paper;
  const image = new ImageData(stride, rows);
  paper = { image, pixels: new Uint32Array(image.data.buffer), depth: new Uint8Array(stride * rows), stride };
  return paper;
}

function drawPoints(sheet: Paper, data: PointData, frame: Frame, stamps: Stamps): void {
  const { xy, start, states, entries, space } = data;
  const colours = Uint32Array.from({ length: 256 }, (_, entry) => packed(data.palette.subarray(4 * entry)));
  const depths = depthsOf(frame.onTop);
  const [perX, perY] = [(space.sx * frame.scale) / 65534, (space.sy * frame.scale) / 65534];
  const left = frame.centre[0] - 32767 * perX + MARGIN;
  const top = frame.centre[1] + 32767 * perY + MARGIN;
  const right = sheet.stride - MARGIN / 2;
  const bottom = frame.height + 1.5 * MARGIN;
  const { arrived } = frame;
  const count = Math.min(frame.count, data.n);
  for (let place = 0; place < count; place++) {
    let x = at(xy, 2 * place);
    let y = at(xy, 2 * place + 1);
    if (start !== null) {
      x = at(start, 2 * place) + (x - at(start, 2 * place)) * arrived;
      y = at(start, 2 * place + 1) + (y - at(start, 2 * place + 1)) * arrived;
    }
    x = left + x * perX;
    y = top - y * perY;
    const state = at(states, place);
    if (x < MARGIN / 2 || y < MARGIN / 2 || x > right || y > bottom || (state & PLACELESS) !== 0) continue;
    const entry = at(entries, place);
    if ((state & SELECTED) !== 0) ringed(sheet, stamps, x, y, at(colours, entry), frame);
    else if ((state & FADED) !== 0) press(sheet, stamps.faded, x, y, at(colours, entry), 0);
    else press(sheet, stamps[kindOf(state)], x, y, at(colours, entry), at(depths, entry));
  }
}

type Stamps = Record<"normal" | "hollow" | "arriving" | "leaving" | "faded" | "ring" | "gap" | "core", Stamp>;

function kindOf(state: number): keyof Stamps {
  if ((state & (HOLLOW | ARRIVING | LEAVING)) === 0) return "normal";
  if ((state & LEAVING) !== 0) return "leaving";
  return (state & ARRIVING) !== 0 ? "arriving" : "hollow";
}

function stampsOf(stride: number, { size, opacity }: Frame, arrived: number): Stamps {
  const [share, least] = HOLLOW_WIDTH;
  const hollow = Math.max(least, share * size);
  const left = 1 + (LEFT_OPACITY - 1) * arrived;
  const ring = RING * (globalThis.devicePixelRatio || 1);
  return {
    normal: stamp(size, opacity, stride),
    hollow: stamp(size, opacity, stride, hollow),
    arriving: stamp(size, opacity * arrived, stride),
    leaving: stamp(size, opacity * left, stride, hollow),
    faded: stamp(size, opacity * FADED_OPACITY, stride),
    ring: stamp(Math.min(size + ring, 2 * MARGIN - 4), 1, stride),
    gap: stamp(size + 2, 1, stride),
    core: stamp(size, 1, stride),
  };
}

function ringed(sheet: Paper, stamps: Stamps, x: number, y: number, colour: number, frame: Frame): void {
  press(sheet, stamps.ring, x, y, packed(frame.accent), NEAREST);
  press(sheet, stamps.gap, x, y, packed(frame.background), NEAREST);
  press(sheet, stamps.core, x, y, colour, NEAREST);
}

/** Blends a colour into the pixels of a stamp, except under nearer points. */
function press(
  { pixels, depth, stride }: Paper,
  mark: Stamp,
  x: number,
  y: number,
  colour: number,
  near: number,
): void {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const part = (Math.floor((y - row) * 4) << 2) | Math.floor((x - column) * 4);
  const base = row * stride + column;
  const redBlue = colour & 0xff00ff;
  const green = colour & 0x00ff00;
  const { offsets, shares, starts } = mark;
  const end = at(starts, part + 1);
  for (let k = at(starts, part); k < end; k++) {
    const pixel = base + at(offsets, k);
    if (at(depth, pixel) > near) continue;
    depth[pixel] = near;
    const share = at(shares, k);
    const under = at(pixels, pixel);
    const mixed = (Math.imul(under & 0xff00ff, 256 - share) + Math.imul(redBlue, share)) >>> 8;
    const mixedGreen = (Math.imul(under & 0x00ff00, 256 - share) + Math.imul(green, share)) >>> 8;
    pixels[pixel] = (mixed & 0xff00ff) | (mixedGreen & 0x00ff00) | 0xff000000;
  }
}

/** Returns the depth of every entry: filtered points lowest, then "no value", then low or high entries, then the others. */
export function depthsOf(onTop: Frame["onTop"]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, entry) => {
    if (onTop === 0) return 2;
    return entry === 255 ? 1 : Math.min(254, 2 + (onTop > 0 ? entry : 254 - entry));
  });
}

/** Packs one pixel of an image; little-endian, as every browser's machine is. */
function packed(colour: ArrayLike<number>): number {
  const [red = 0, green = 0, blue = 0] = [colour[0], colour[1], colour[2]].map((part) =>
    Math.round(part ?? 0),
  );
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Reads an element that exists by construction; the type checker cannot know that. */
function at(array: Uint8Array | Uint16Array | Uint32Array | Int32Array, place: number): number {
  return array[place] as number;
}
