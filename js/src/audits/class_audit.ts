/** Verdicts of a class's neurons, decoded from one answer of the kernel, and their order. */

import { VERDICTS } from "../generated/constants";
import type { AuditParams, AuditResult } from "../generated/protocol";
import { bytes } from "../kernel/columns";
import type { Reply } from "../kernel/types";
import type { Side } from "./requirements";
import type { Verdict } from "./verdicts";

/** Z-scores of the neurons for one list of concepts, by component. */
export interface Answers {
  zScore: Float32Array;
  /** The share of random groups of images that answer less. */
  percentile: Float32Array;
  alignment: Float32Array;
  /** Place in the list of the concept with the highest percentile; `NONE` for none. */
  concept: Uint16Array;
}

export interface ClassAudit extends AuditResult {
  layer: string;
  className: string;
  threshold: number;
  withinClass: boolean;
  concepts: Readonly<Record<Side, readonly string[]>>;
  relevance: Float32Array;
  share: Float32Array;
  /** The bounds of each share's interval over the samples of the class; NaN for a single sample. */
  shareInterval: { low: Float32Array; high: Float32Array };
  answers: Readonly<Record<Side, Answers>>;
  verdict: Uint8Array;
  /** The largest z-score that a bar has to span, and the largest share. */
  highest: { zScore: number; share: number };
}

export const NONE = 65535;

export function decodeAudit({ result, buffers }: Reply<AuditResult>, asked: AuditParams): ClassAudit {
  const floats = (place: number) => new Float32Array(bytes(buffers[place]));
  const answers = (place: number): Answers => ({
    zScore: floats(place),
    percentile: floats(place + 1),
    alignment: floats(place + 2),
    concept: new Uint16Array(bytes(buffers[place + 3])),
  });
  const [valid, spurious, share] = [answers(2), answers(6), floats(1)];
  const { layer, class_name: className, threshold, within_class: withinClass } = asked;
  return {
    ...result,
    layer,
    className,
    threshold,
    withinClass,
    concepts: { valid: asked.valid, spurious: asked.spurious },
    relevance: floats(0),
    share,
    shareInterval: { low: floats(11), high: floats(12) },
    answers: { valid, spurious },
    verdict: new Uint8Array(bytes(buffers[10])),
    highest: {
      zScore: Math.max(2 * threshold, highest(valid.zScore), highest(spurious.zScore)),
      share: highest(floats(12).map((high, k) => Math.max(high || 0, share[k] ?? 0))),
    },
  };
}

/** Returns the parameters that the audit was requested with. */
export function asked({ layer, className, threshold, withinClass, concepts }: ClassAudit): AuditParams {
  const settings = { layer, class_name: className, threshold, within_class: withinClass };
  return { ...settings, valid: [...concepts.valid], spurious: [...concepts.spurious] };
}

function highest(values: Float32Array): number {
  return values.reduce((most, value) => (value > most ? value : most), 0);
}

/** Returns whether the requirement names any concept. */
export function hasVerdicts({ concepts }: ClassAudit): boolean {
  return concepts.valid.length + concepts.spurious.length > 0;
}

/** Returns the sentence on words of a concept that the foundation model is blind to; "" without any. */
export function caveatOf({ concepts, caveats }: ClassAudit, side: Side, concept: string): string {
  return caveats[side][concepts[side].indexOf(concept)] ?? "";
}

/** Returns whether a neuron answers to the list's best concept. */
export function answersTo(audit: ClassAudit, side: Side, component: number): boolean {
  const { zScore, percentile } = audit.answers[side];
  // Both are NaN for a neuron without examples.
  return (
    (zScore[component] ?? 0) >= audit.threshold && (percentile[component] ?? 0) >= Math.fround(audit.bar)
  );
}

export function verdictOf(audit: ClassAudit, component: number): Verdict {
  return VERDICTS[audit.verdict[component] ?? 3] ?? "unexpected";
}

export type SortKey = "share" | Side | "verdict" | "component";

export interface Sorting {
  key: SortKey;
  descending: boolean;
}

/** Sorts the components, leaving out those with a hidden verdict; missing numbers come last in either direction. */
export function ordered(
  audit: ClassAudit,
  { key, descending }: Sorting,
  hidden: ReadonlySet<Verdict>,
): Uint32Array {
  const all = Uint32Array.from({ length: audit.n }, (_, component) => component);
  const shown = all.filter((component) => !hidden.has(verdictOf(audit, component)));
  const value = valueBy(audit, key);
  const more = (column: Float32Array, a: number, b: number) => (column[b] ?? 0) - (column[a] ?? 0);
  const way = descending ? -1 : 1;
  return shown.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return way * (x - y) || more(audit.share, a, b) || more(audit.relevance, a, b) || a - b;
  });
}

function valueBy(audit: ClassAudit, key: SortKey): (component: number) => number {
  if (key === "component") return (component) => component;
  const column =
    key === "share" ? audit.share : key === "verdict" ? audit.verdict : audit.answers[key].zScore;
  return (component) => column[component] ?? Number.NaN;
}
