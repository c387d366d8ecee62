/** Colouring: the palette entry of every point, and the contents of the legend. */

import type { ClassAudit } from "../../audits/class_audit";
import { VERDICTS } from "../../generated/constants";
import type { ClusterInfo, Encoding, EncodingResult } from "../../generated/protocol";
import { bytes } from "../../kernel/columns";
import type { Reply } from "../../kernel/types";
import type { IconName } from "../../ui/buttons/icons";
import { percent } from "../../ui/format";
import { agreementText, NO_KIND, type Points } from "../points/points";
import { isOfClass } from "./audited";
import { BEYOND, LEVELS, MISSING, N_KINDS, type PaletteKind } from "./palettes";

/** A kind with the number of its points. */
interface LegendEntry {
  label: string;
  count: number;
}

/** An entry of the legend. */
export interface LegendKind extends LegendEntry {
  /** The number as the legend writes it, where it says more than the count. */
  counted?: string;
  /** Tooltip. */
  about?: string;
  /** True if all its points are rings. */
  hollow?: boolean;
  icon?: IconName;
}

export interface Colouring {
  encoding: Encoding;
  /** The query or class that it belongs to. */
  query: string;
  kind: PaletteKind;
  /** Palette of the entries: kinds in an order have that of amounts. */
  palette: PaletteKind;
  /** By point: a number (NaN for none), or a place in `legend` (`NO_KIND` for none). */
  values: Float32Array | Uint16Array;
  /** Palette entries by point. */
  entries: Uint8Array;
  /** Numbers at both ends of the palette; symmetric for signed ones. */
  low: number;
  high: number;
  legend: LegendKind[];
  /** Number of points without a value. */
  missing: number;
  /** Histogram of the values in 32 bins, from low to high. */
  histogram: number[];
  weak: boolean;
  message: string;
  caveat?: string;
}

const BINS = 32;

export function decodeColouring(
  { result, buffers }: Reply<EncodingResult>,
  encoding: Encoding,
  query: string,
): Colouring {
  const column = bytes(buffers[0]);
  const { weak, message, caveat } = result;
  const about = { encoding, query, weak, message, caveat };
  return numbersColouring(new Float32Array(column), result.kind, about);
}

/** Verdict and relevance by point; the points are the components of one layer. */
export function classColouring(audit: ClassAudit, encoding: Encoding): Colouring {
  const { className: query, relevance, verdict } = audit;
  const about = { encoding, query, weak: false, message: "" };
  if (encoding === "relevance") return numbersColouring(relevance, "diverging", about);
  const counts = VERDICTS.map(() => 0);
  for (const code of verdict) counts[code] = (counts[code] ?? 0) + 1;
  const legend = VERDICTS.map((label, code) => ({ label, count: counts[code] ?? 0 }));
  return kindsColouring(Uint16Array.from(verdict), legend, about);
}

/** The palette's blue, vermillion and reddish purple; "unexpected" is as muted as a missing value. */
const OF_VERDICTS = [4, 3, 5, MISSING];

/** Matched, lost and gained: the palette's blue, vermillion and green; what is neither is as muted as a missing value. */
const OF_MATCHES = [4, 3, 2, MISSING];

/** Returns the palette entry of one of `n` kinds: layers are in order; kinds without a colour of their own share one. */
export function entryOf(encoding: Encoding, kind: number, n: number): number {
  if (encoding === "verdict") return OF_VERDICTS[kind] ?? MISSING;
  if (encoding === "match") return OF_MATCHES[kind] ?? MISSING;
  if (encoding === "layer") return Math.round((kind / Math.max(1, n - 1)) * (LEVELS - 1));
  return kind < N_KINDS ? kind : BEYOND;
}

type About = Pick<Colouring, "encoding" | "query" | "weak" | "message" | "caveat">;

export function kindsColouring(values: Uint16Array, legend: LegendKind[], about: About): Colouring {
  let missing = 0;
  const entries = new Uint8Array(values.length);
  // Plain loops: a function call for each of a million points takes as long as drawing them.
  for (let point = 0; point < values.length; point++) {
    const kind = values[point] as number;
    if (kind === NO_KIND) missing += 1;
    entries[point] = kind === NO_KIND ? MISSING : entryOf(about.encoding, kind, legend.length);
  }
  const palette = about.encoding === "layer" ? "sequential" : "category";
  return {
    ...about,
    kind: "category",
    palette,
    values,
    entries,
    low: 0,
    high: 0,
    legend,
    missing,
    histogram: [],
  };
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
  return { ...about, kind, palette: kind, values, entries, low, high, legend: [], missing, histogram };
}

/** Returns the palette entry for a share of the range from lowest to highest. */
export function entryAt(encoding: Encoding, share: number): number {
  return Math.round((encoding === "relevance" ? rooted(share) : share) * (LEVELS - 1));
}

/** Square-root scale around zero: one neuron often has most of the relevance, and the next ones must be visible. */
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

/** Colours by the clusters that came with the map; needs no request. */
export function clusterColouring(points: Points): Colouring {
  const legend = points.clusters.map((cluster) => ({
    label: cluster.label,
    count: cluster.size,
    counted: agreementText(cluster),
    about: agreementTitle(cluster),
  }));
  return kindsColouring(points.cluster, legend, { encoding: "cluster", query: "", weak: false, message: "" });
}

function agreementTitle({ name, agreement, elsewhere, runner_up, is_close }: ClusterInfo): string {
  if (agreement === null) return "No word says better than chance what sets these neurons apart";
  const others = `${percent(agreement)} of these neurons agree, and ${percent(elsewhere ?? 0)} of all others`;
  const next = is_close ? "no worse by more than chance" : "worse beyond chance";
  return [
    `${name}: the word for what sets these neurons apart`,
    others,
    ...(runner_up === "" ? [] : [`Next best word: ${runner_up}, ${next}`]),
    "A name is as good as the foundation model, which may call a thing it does not know by another name: look at the pictures",
  ].join("\n");
}

/** Colours a joint map by layer. */
export function layerColouring(points: Points): Colouring {
  const values = new Uint16Array(points.n).fill(NO_KIND);
  points.layers.forEach(({ start, count }, kind) => {
    values.fill(kind, start, start + count);
  });
  const legend = points.layers.map(({ name, count }) => ({ label: name, count }));
  return kindsColouring(values, legend, { encoding: "layer", query: "", weak: false, message: "" });
}

/**
 * Returns 1 where points with high entries are drawn on top, -1 for low ones, which are those that have no match, and 0
 * where the top of a heap is a fair sample.
 */
export function onTop({ encoding }: Colouring): -1 | 0 | 1 {
  if (encoding === "match") return -1;
  return encoding === "alignment" || isOfClass(encoding) ? 1 : 0;
}

/** Returns the point with the highest number; null when there is none. */
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
