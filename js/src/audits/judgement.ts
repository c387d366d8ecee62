/** Verdicts of a class's neurons, decoded from one answer of the kernel, and their order. */
import { bytes } from "../kernel/columns";
import type { Reply } from "../kernel/types";
import type { AuditParams, AuditResult } from "./audit";
import type { Side } from "./requirements";
import { VERDICTS, type Verdict } from "./verdicts";

/** Z-scores of the neurons for one list of concepts, by component. */
export interface Answers {
  zScore: Float32Array;
  alignment: Float32Array;
  /** Place in the list of the concept with the highest z-score; `NONE` for none. */
  concept: Uint16Array;
}

export interface Judgement extends Omit<AuditResult, "calibrations"> {
  layer: string;
  className: string;
  threshold: number;
  concepts: Readonly<Record<Side, readonly string[]>>;
  calibrations: Readonly<Record<Side, readonly string[]>>;
  relevance: Float32Array;
  share: Float32Array;
  answers: Readonly<Record<Side, Answers>>;
  verdict: Uint8Array;
  /** The largest z-score that a bar has to span, and the largest share. */
  highest: { zScore: number; share: number };
}

export const NONE = 65535;

export function decodeJudgement({ result, buffers }: Reply<AuditResult>, asked: AuditParams): Judgement {
  const floats = (place: number) => new Float32Array(bytes(buffers[place]));
  const answers = (place: number): Answers => ({
    zScore: floats(place),
    alignment: floats(place + 1),
    concept: new Uint16Array(bytes(buffers[place + 2])),
  });
  const [valid, spurious, share] = [answers(2), answers(5), floats(1)];
  const { layer, class_name: className, threshold } = asked;
  return {
    ...result,
    layer,
    className,
    threshold,
    concepts: { valid: asked.valid, spurious: asked.spurious },
    relevance: floats(0),
    share,
    answers: { valid, spurious },
    verdict: new Uint8Array(bytes(buffers[8])),
    highest: {
      zScore: Math.max(2 * threshold, highest(valid.zScore), highest(spurious.zScore)),
      share: highest(share),
    },
  };
}

function highest(values: Float32Array): number {
  return values.reduce((most, value) => (value > most ? value : most), 0);
}

/** Returns whether the requirement names any concept. */
export function isJudged({ concepts }: Judgement): boolean {
  return concepts.valid.length + concepts.spurious.length > 0;
}

export function verdictOf(judgement: Judgement, component: number): Verdict {
  return VERDICTS[judgement.verdict[component] ?? 3] ?? "unexpected";
}

export type SortKey = "share" | Side | "verdict" | "component";

export interface Sorting {
  key: SortKey;
  descending: boolean;
}

/** Sorts the components, leaving out those with a hidden verdict; missing numbers come last in either direction. */
export function ordered(
  judgement: Judgement,
  { key, descending }: Sorting,
  hidden: ReadonlySet<Verdict>,
): Uint32Array {
  const all = Uint32Array.from({ length: judgement.n }, (_, component) => component);
  const shown = all.filter((component) => !hidden.has(verdictOf(judgement, component)));
  const value = valueBy(judgement, key);
  const more = (column: Float32Array, a: number, b: number) => (column[b] ?? 0) - (column[a] ?? 0);
  const way = descending ? -1 : 1;
  return shown.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return way * (x - y) || more(judgement.share, a, b) || more(judgement.relevance, a, b) || a - b;
  });
}

function valueBy(judgement: Judgement, key: SortKey): (component: number) => number {
  if (key === "component") return (component) => component;
  const column =
    key === "share" ? judgement.share : key === "verdict" ? judgement.verdict : judgement.answers[key].zScore;
  return (component) => column[component] ?? Number.NaN;
}
