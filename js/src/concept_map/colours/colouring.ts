/** Which entry of the palette each point has, and what the legend says about it. */

import type { Judgement } from "../../audits/judgement";
import { VERDICTS } from "../../audits/verdicts";
import { bytes } from "../../kernel/columns";
import type { Reply } from "../../kernel/types";
import { LEVELS, MISSING, N_KINDS, type PaletteKind } from "../drawing/palettes";
import { NO_KIND, type Points } from "../points/points";
import type { EncodingName, EncodingResult, LegendEntry } from "../state/protocol";
import { isOfClass } from "./audited";

export interface Colouring {
  encoding: EncodingName;
  /** The query, or the class, that this is the answer to. */
  query: string;
  kind: PaletteKind;
  /** By point: a number (NaN is none), or the place in `legend` (`NO_KIND` is none). */
  values: Float32Array | Uint16Array;
  /** Palette entries by point. */
  entries: Uint8Array;
  /** The numbers at both ends of the palette; around zero they are as far from it. */
  low: number;
  high: number;
  legend: LegendEntry[];
  /** Points without a value. */
  missing: number;
  /** How many points have each range of values: 32 from low to high. */
  histogram: number[];
  weak: boolean;
  message: string;
}

const BINS = 32;

export function decodeColouring(
  { result, buffers }: Reply<EncodingResult>,
  encoding: EncodingName,
  query: string,
): Colouring {
  const column = bytes(buffers[0]);
  const { weak, message } = result;
  const about = { encoding, query, weak, message };
  if (result.kind === "category") return kindsColouring(new Uint16Array(column), result.legend, about);
  return numbersColouring(new Float32Array(column), result.kind, about);
}

/** What an audit of a class says, by point: the points are the components of its one layer. */
export function judgedColouring(judgement: Judgement, encoding: EncodingName): Colouring {
  const { className: query, relevance, verdict } = judgement;
  const about = { encoding, query, weak: false, message: "" };
  if (encoding === "relevance") return numbersColouring(relevance, "diverging", about);
  const counts = VERDICTS.map(() => 0);
  for (const code of verdict) counts[code] = (counts[code] ?? 0) + 1;
  const legend = VERDICTS.map((label, code) => ({ label, count: counts[code] ?? 0 }));
  return kindsColouring(Uint16Array.from(verdict), legend, about);
}

/** The palette's blue, vermillion and reddish purple; what is unexpected is as quiet as what has no value. */
const OF_VERDICTS = [4, 3, 5, MISSING];

/** The entry of the palette that a kind is drawn with. */
export function entryOf(encoding: EncodingName, kind: number): number {
  return encoding === "verdict" ? (OF_VERDICTS[kind] ?? MISSING) : kind % N_KINDS;
}

type About = Pick<Colouring, "encoding" | "query" | "weak" | "message">;

export function kindsColouring(values: Uint16Array, legend: LegendEntry[], about: About): Colouring {
  let missing = 0;
  const entries = new Uint8Array(values.length);
  // Loops over points have no function for each: a million calls take as long as the picture.
  for (let point = 0; point < values.length; point++) {
    const kind = values[point] as number;
    if (kind === NO_KIND) missing += 1;
    entries[point] = kind === NO_KIND ? MISSING : entryOf(about.encoding, kind);
  }
  return { ...about, kind: "category", values, entries, low: 0, high: 0, legend, missing, histogram: [] };
}

export function numbersColouring(
  values: Float32Array,
  kind: "sequential" | "diverging",
  about: About,
): Colouring {
  const { low, high } = ends(values, kind);
  const span = high - low || 1;
  const histogram = new Array<number>(BINS).fill(0);
  let missing = 0;
  const entries = new Uint8Array(values.length);
  for (let point = 0; point < values.length; point++) {
    const value = values[point] as number;
    const share = (value - low) / span;
    const bin = Math.min(BINS - 1, Math.floor(share * BINS));
    if (Number.isNaN(value)) missing += 1;
    else histogram[bin] = (histogram[bin] as number) + 1;
    entries[point] = Number.isNaN(value) ? MISSING : entryAt(about.encoding, share);
  }
  return { ...about, kind, values, entries, low, high, legend: [], missing, histogram };
}

/** The entry of the palette for a number at this share of the way from the lowest to the highest. */
export function entryAt(encoding: EncodingName, share: number): number {
  return Math.round((encoding === "relevance" ? rooted(share) : share) * (LEVELS - 1));
}

/** By the square root around zero: one neuron often has most of a relevance, and those after it must be seen too. */
function rooted(share: number): number {
  const signed = 2 * share - 1;
  return (1 + Math.sign(signed) * Math.sqrt(Math.abs(signed))) / 2;
}

function ends(values: Float32Array, kind: "sequential" | "diverging"): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: 0, high: 1 };
  const most = Math.max(-low, high);
  return kind === "diverging" ? { low: -most, high: most } : { low, high };
}

/** The colours that need no kernel: the clusters that came with the map. */
export function clusterColouring(points: Points): Colouring {
  const legend = points.clusters.map(({ label, size }) => ({ label, count: size }));
  return kindsColouring(points.cluster, legend, { encoding: "cluster", query: "", weak: false, message: "" });
}

/** One colour for each layer of a joint map. */
export function layerColouring(points: Points): Colouring {
  const values = new Uint16Array(points.n).fill(NO_KIND);
  points.layers.forEach(({ start, count }, kind) => {
    values.fill(kind, start, start + count);
  });
  const legend = points.layers.map(({ name, count }) => ({ label: name, count }));
  return kindsColouring(values, legend, { encoding: "layer", query: "", weak: false, message: "" });
}

/** Whether what stands out must not lie hidden under other points. */
export function showsHighest({ encoding }: Colouring): boolean {
  return encoding === "alignment" || isOfClass(encoding);
}

/** The point with the highest number; null where there is none. */
export function highest({ kind, values }: Colouring): number | null {
  if (kind === "category") return null;
  let best: number | null = null;
  let top = -Infinity;
  for (let point = 0; point < values.length; point++) {
    const value = values[point] as number;
    if (!(value > top)) continue;
    top = value;
    best = point;
  }
  return best;
}
