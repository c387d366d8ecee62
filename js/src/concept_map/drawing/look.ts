/** Sizes and colours of the drawing, from the page's theme and the number of points. */
import { convertedColour } from "../../kernel/host/colour";
import type { Page, Rgb } from "../colours/palettes";

export interface Look extends Page {
  accent: Rgb;
}

/** Diameter of a point in CSS pixels: smaller with more points, larger at high zoom. */
export function pointSize(n: number, zoom: number, width: number, height: number): number {
  const crowd = 50 / Math.max(n, 1) ** 0.265;
  const room = Math.min(1.3, Math.max(0.7, Math.sqrt((width * height) / (800 * 520))));
  return Math.min(12, Math.min(9, Math.max(1.3, crowd * room)) * Math.max(1, zoom) ** 0.4);
}

/** Opacity at which overlapping points remain visible as a heap. */
export function pointOpacity(n: number, zoom: number): number {
  const alone = n <= 2000 ? 1 : Math.max(0.45, 1 - 0.2 * Math.log10(n / 2000));
  return Math.min(1, alone * Math.max(1, zoom) ** 0.25);
}

/** Reads the page's colours as the browser computes them for an element with our styles. */
export function lookOf(root: HTMLElement, accented: HTMLElement): Look {
  const { backgroundColor, color } = getComputedStyle(root);
  return {
    background: rgb(backgroundColor, [255, 255, 255]),
    foreground: rgb(color, [0, 0, 0]),
    accent: rgb(getComputedStyle(accented).color, [25, 118, 210]),
  };
}

function rgb(colour: string, otherwise: Rgb): Rgb {
  const [red, green, blue, alpha] = convertedColour(colour);
  return alpha === 0 ? otherwise : [red, green, blue];
}
