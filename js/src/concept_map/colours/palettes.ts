/**
 * Palettes for points: cividis for amounts, two hues around a muted middle for signed numbers, Okabe-Ito for kinds.
 *
 * A palette has 256 entries, the last of which is "no value"; which end is bright depends on the page, so that high
 * values stand out.
 */
import { CIVIDIS, DIVERGING_ON_DARK, DIVERGING_ON_LIGHT, KINDS } from "../../generated/constants";

export type Rgb = readonly [red: number, green: number, blue: number];
export type PaletteKind = "sequential" | "diverging" | "category";

export interface Page {
  background: Rgb;
  foreground: Rgb;
}

/** Entry of points without a value. */
export const MISSING = 255;
/** Entry of kinds beyond the palette. */
export const BEYOND = 254;
/** Amounts use the entries 0 to 254. */
export const LEVELS = 255;

/** Number of distinct colours for kinds; further kinds share a grey. */
export const N_KINDS = KINDS.length;
/** Minimum contrast of a kind's colour with the page (WCAG's ratio). */
export const LEAST_CONTRAST = 1.9;

/** 256 colours as RGB bytes with a fourth byte of 255. */
export function palette(kind: PaletteKind, page: Page): Uint8Array {
  const rgba = new Uint8Array(256 * 4).fill(255);
  for (let entry = 0; entry < 256; entry++) rgba.set(colourOf(kind, entry, page).map(Math.round), 4 * entry);
  return rgba;
}

/** Returns the colour of one entry as CSS. */
export function colourOf(kind: PaletteKind, entry: number, page: Page): Rgb {
  if (entry === MISSING) return mixed(page.background, page.foreground, 0.3);
  if (kind === "category") {
    const own = KINDS[entry];
    return own === undefined ? mixed(page.background, page.foreground, 0.6) : visible(parsed(own), page);
  }
  const dark = isDark(page);
  const share = entry / (LEVELS - 1);
  if (kind === "diverging") return along(dark ? DIVERGING_ON_DARK : DIVERGING_ON_LIGHT, share);
  // Leaves out the end that would vanish on the page.
  return along(CIVIDIS, dark ? 0.14 + 0.86 * share : 0.92 * (1 - share));
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)})`;
}

export function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  const [red, green, blue] = a.map((value, i) => value + ((b[i] ?? value) - value) * share);
  return [red ?? 0, green ?? 0, blue ?? 0];
}

/** Returns WCAG 2's contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function isDark({ background, foreground }: Page): boolean {
  return luminance(background) < luminance(foreground);
}

/** Mixes a colour with that of the text until it contrasts with the page. */
function visible(colour: Rgb, { background, foreground }: Page): Rgb {
  let share = 0;
  while (share < 1 && contrast(mixed(colour, foreground, share), background) < LEAST_CONTRAST) share += 0.05;
  return mixed(colour, foreground, share);
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function along(stops: readonly string[], share: number): Rgb {
  const position = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const before = Math.min(stops.length - 2, Math.floor(position));
  return mixed(parsed(stops[before] ?? ""), parsed(stops[before + 1] ?? ""), position - before);
}

function parsed(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
