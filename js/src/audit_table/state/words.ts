/** Texts of the audit table: tooltips and messages for the live region. */

import { type ClassAudit, hasVerdicts, NONE, type SortKey } from "../../audits/class_audit";
import type { Side } from "../../audits/requirements";
import type { Verdict } from "../../audits/verdicts";
import { FEWEST_SAMPLES, VERDICTS, WITHIN_SAMPLES } from "../../generated/constants";
import type { Accuracy, MeasureChange } from "../../generated/protocol";
import { counted, exact, percent, significant } from "../../ui/format";

export const KEYS = [
  ["/", "To the class"],
  ["V", "Adds a valid concept"],
  ["S", "Adds a spurious concept"],
  ["arrows", "From row to row; with a neuron open, to the next one"],
  ["Enter", "Opens the neuron: its samples, and the reason for its verdict"],
  ["Space", "Selects a row; with Shift, all up to here"],
  ["A", "Takes the neuron out of the model, to test it without"],
  ["Esc", "Closes the neuron, shows all verdicts, then clears the selection"],
] as const;

export const COLUMNS: Readonly<Record<SortKey, { name: string; meaning: string }>> = {
  component: { name: "Neuron", meaning: "Its number in the layer" },
  valid: { name: "Valid", meaning: "Its z-score for the valid concept nearest to it" },
  spurious: {
    name: "Spurious",
    meaning: "Its z-score for the spurious concept nearest to it",
  },
  share: { name: "Relevance", meaning: "Its share of the positive relevance for the class" },
  verdict: {
    name: "Verdict",
    meaning: "Whether it answers to valid or spurious concepts, to both or to neither",
  },
};

const AGAINST: Readonly<Record<string, string>> = {
  words: "unrelated words",
  pictures: "random images",
};

/** Formats the share of random groups of images that a neuron is above, never rounded up: 97.4 %. */
export function aboveChance(percentile: number | undefined): string {
  return `${exact(Math.floor(1000 * (percentile ?? Number.NaN)) / 10)} %`;
}

/** Describes a neuron's z-score for a list of concepts. */
export function answerTitle(audit: ClassAudit, side: Side, component: number): string {
  const { zScore, percentile, alignment, concept } = audit.answers[side];
  const place = concept[component] ?? NONE;
  const name = audit.concepts[side][place];
  if (audit.concepts[side].length === 0) return `There are no ${side} concepts`;
  if (name === undefined) return "It has no examples, so it answers to nothing";
  const against = AGAINST[audit.calibrations[side][place] ?? "words"] ?? "chance";
  return [
    `Nearest ${side} concept: ${name}`,
    `Above ${exact(100 * (percentile[component] ?? Number.NaN))} % of random groups of images; it answers from ${exact(100 * audit.bar)} % on`,
    `${exact(zScore[component])} standard deviations above ${against}, at least ${exact(audit.threshold)}`,
    `Alignment ${exact(alignment[component])} (cosine)`,
  ].join("\n");
}

/** Explains what judging within a class does, and what it costs. */
export function withinTitle({ className, n_samples }: ClassAudit): string {
  const few = `It takes ${WITHIN_SAMPLES} samples of the class, and ${className} has ${n_samples}: it is judged by all images alone`;
  return [
    `Judges a neuron by those samples of ${className} to which it matters most, too: it may be about other things elsewhere`,
    "It calls more neurons, and more of what it calls responds weakly: in six worlds with a planted shortcut 31 of 40 instead of 21, 62 % of them rightly instead of 72 %",
    n_samples < WITHIN_SAMPLES
      ? few
      : "The first time up to eight parts of images are embedded for every neuron",
  ].join("\n");
}

export function relevanceTitle(audit: ClassAudit, component: number): string {
  return [
    `${exact(100 * (audit.share[component] ?? Number.NaN))} % of the positive relevance for ${audit.className}`,
    ...shareInterval(audit, component),
    `Mean relevance ${exact(audit.relevance[component])} over ${counted(audit.n_samples, "sample")}`,
  ].join("\n");
}

function shareInterval({ shareInterval: { low, high } }: ClassAudit, component: number): string[] {
  const bounds = [low[component] ?? Number.NaN, high[component] ?? Number.NaN];
  if (bounds.some(Number.isNaN)) return [];
  return [`95 % interval over the samples: ${bounds.map((bound) => exact(100 * bound)).join(" to ")} %`];
}

export type Outcome = "passes" | "fails" | "undecided" | "too few samples";

/** Returns the outcome by the interval of a class's spurious share. */
export function outcomeOf(interval: readonly number[], nSamples: number, maxSpurious: number): Outcome {
  const [low, high] = [interval[0] ?? Number.NaN, interval[1] ?? Number.NaN];
  if (nSamples < FEWEST_SAMPLES) return "too few samples";
  if (high <= maxSpurious) return "passes";
  return low > maxSpurious ? "fails" : "undecided";
}

/** Returns whether the class passes; null when no concept is named. */
export function classOutcome(audit: ClassAudit, maxSpurious: number): Outcome | null {
  if (!hasVerdicts(audit)) return null;
  return outcomeOf(intervalOf(audit, "spurious"), audit.n_samples, maxSpurious);
}

export function intervalOf(
  { intervals }: Pick<ClassAudit, "intervals">,
  verdict: Verdict,
): readonly number[] {
  return intervals[VERDICTS.indexOf(verdict)] ?? [];
}

/** Returns, for example, "12 % to 40 %"; "" for no interval, as of a single sample. */
export function range(interval: readonly number[]): string {
  return interval.length === 0
    ? ""
    : `${percent(interval[0] ?? Number.NaN)} to ${percent(interval[1] ?? Number.NaN)}`;
}

export const OUTCOME_MEANINGS: Readonly<Record<Outcome, string>> = {
  passes: "With 95 % confidence over the samples of the class, its spurious share is within the limit",
  fails: "With 95 % confidence over the samples of the class, its spurious share is beyond the limit",
  undecided: "The interval of the spurious share crosses the limit: more samples of the class would decide",
  "too few samples": `Below ${FEWEST_SAMPLES} samples a class neither passes nor fails`,
};

/** Verdicts whose look an outcome has. */
export const LOOKS: Readonly<Record<Outcome, Verdict>> = {
  passes: "valid",
  fails: "spurious",
  undecided: "unexpected",
  "too few samples": "unexpected",
};

export function shareOf({ shares }: { shares: readonly number[] }, verdict: Verdict): number {
  return shares[VERDICTS.indexOf(verdict)] ?? 0;
}

/** Returns, for example, "ox: spurious 34 %, valid 52 %, …; fails, at most 10 % may be spurious". */
export function announcement(audit: ClassAudit, maxSpurious: number): string {
  const { className, n, shares } = audit;
  const outcome = classOutcome(audit, maxSpurious);
  if (outcome === null) return `${className}: ${counted(n, "neuron")}, no concepts yet`;
  const parts = VERDICTS.map((verdict, i) => `${verdict} ${percent(shares[i])}`).join(", ");
  return `${className}: ${parts}; ${outcome}, at most ${percent(maxSpurious)} may be spurious`;
}

export const MEASURES: Readonly<Record<MeasureChange["measure"], { name: string; meaning: string }>> = {
  accuracy: { name: "accuracy", meaning: "The share of samples that the model judges rightly" },
  sensitivity: {
    name: "sensitivity",
    meaning: "Of the samples of the class, the share that the model says yes to",
  },
  specificity: { name: "specificity", meaning: "Of all other samples, the share that the model says no to" },
  auroc: {
    name: "AUROC",
    meaning:
      "Of all pairs of a sample of the class and another, the share in which the output is higher for the one of the class: 50 % is chance, and the threshold does not count",
  },
};

/** Explains a measure, with its intervals and what as many random neurons do. */
export function changeTitle({ class_name, n }: Accuracy, change: MeasureChange, nDraws: number): string {
  const { measure, before, after, random } = change;
  const share = (value: number | null, interval: readonly number[]) =>
    value === null ? "not defined" : `${exact(100 * value)} % (${range(interval)} with 95 % confidence)`;
  const lines = [
    `${class_name}: ${MEASURES[measure].name} over ${counted(n, "sample")}`,
    `before ${share(before, change.before_interval)}`,
    `without the neurons ${share(after, change.after_interval)}`,
  ];
  if (random !== null)
    lines.push(
      `without as many random neurons of similar relevance ${exact(100 * random)} % (mean of ${nDraws} draws)`,
    );
  return [...lines, MEASURES[measure].meaning].join("\n");
}

/** Returns, for example, "+1.2"; "–" where the measure is not defined. */
export function points({ before, after }: MeasureChange): string {
  if (before === null || after === null) return "–";
  return `${after > before ? "+" : ""}${significant(100 * (after - before))}`;
}

export function capital(side: Side): string {
  return side === "valid" ? "Valid" : "Spurious";
}
