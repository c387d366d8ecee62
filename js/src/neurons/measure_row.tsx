/** Row of a neuron's measures. */
import type { Card } from "../generated/protocol";
import { type Measure, measureTitle } from "./measures";

interface MeasureRowProps {
  measures: readonly Measure[];
  card: Card | undefined;
  /** The key that neurons are sorted by. */
  sorted?: string;
}

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
