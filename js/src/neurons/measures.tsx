/** Measures of a neuron and their tooltips. */
import type { Card } from "../generated/protocol";
import { exact, percent, significant } from "../ui/format";

export interface Measure {
  key: "clarity" | "polysemanticity" | "redundancy" | "maximum" | "firing_rate";
  short: string;
  name: string;
  meaning: string;
  format: (value: number | null) => string;
}

export const MEASURES: readonly Measure[] = [
  {
    key: "clarity",
    short: "clarity",
    name: "Clarity",
    meaning: "how alike its examples are (mean cosine between them; 1 is the same image over and over)",
    format: significant,
  },
  {
    key: "polysemanticity",
    short: "polysem.",
    name: "Polysemanticity",
    meaning: "how far apart the two halves of its examples are (0 is one concept)",
    format: significant,
  },
  {
    key: "redundancy",
    short: "redund.",
    name: "Redundancy",
    meaning: "cosine to the most similar other neuron of the layer",
    format: significant,
  },
  {
    key: "maximum",
    short: "max.",
    name: "Maximum",
    meaning: "its highest score on any sample",
    format: significant,
  },
  {
    key: "firing_rate",
    short: "fires",
    name: "Firing rate",
    meaning: "share of the samples on which its score is above zero",
    format: percent,
  },
];

export function measureTitle(measure: Measure, value: number | null): string {
  return `${measure.name} ${exact(value)}: ${measure.meaning}`;
}

/** Explains why a neuron has no examples: no image excites it more than the others. */
export function deadText(card: Card): string {
  return (card.maximum ?? 0) > 0 ? "dead: the same on every image" : "dead: never active";
}

export function labelsTitle(labels: Card["labels"]): string {
  if (labels.length === 0) return "Its examples have no labels";
  return `Labels of its examples: ${labels.map(([label, n]) => `${label} (${n})`).join(", ")}`;
}

interface MeasureRowProps {
  measures: readonly Measure[];
  card: Card | undefined;
  /** The key that neurons are sorted by. */
  sorted?: string;
}

/** Row of a neuron's measures. */
export function MeasureRow({ measures, card, sorted }: MeasureRowProps) {
  return (
    <span class="slw-measures">
      {measures.map((measure) => {
        const value = card?.[measure.key] ?? null;
        return (
          <span
            key={measure.key}
            class={`slw-measure${measure.key === sorted ? " slw-sorted" : ""}`}
            title={measureTitle(measure, value)}
          >
            <span class="slw-measure-name">{measure.short}</span>
            <span class="slw-number">{measure.format(value)}</span>
          </span>
        );
      })}
    </span>
  );
}
