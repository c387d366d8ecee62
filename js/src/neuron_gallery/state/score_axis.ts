/** Axis of a neuron's scores, the heights of their histogram, and what it is of. */
import type { DetailResult } from "../../generated/protocol";
import { counted, exact } from "../../ui/format";

export interface ScoreAxis {
  low: number;
  high: number;
  /** Returns the place of a score, from 0 at the low end to 1 at the high one. */
  place: (score: number) => number;
}

/** Returns the axis of the histogram, or of mean, spread and examples; null where all scores are the same. */
export function scoreAxis({ histogram, mean, variance, examples, card }: DetailResult): ScoreAxis | null {
  const deviation = Math.sqrt(variance ?? 0);
  const known = [...examples.map(({ score }) => score), mean, card.maximum].filter((score) => score !== null);
  const spread = mean === null ? [] : [mean - deviation, mean + deviation];
  const ends = histogram === null ? [...known, ...spread] : [histogram.low, histogram.high];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (!(low < high)) return null;
  return { low, high, place: (score) => Math.min(1, Math.max(0, (score - low) / (high - low))) };
}

/** Returns heights from 0 to 1 that grow with the logarithm of the count, so that a single image is still seen. */
export function barHeights(counts: readonly number[]): number[] {
  const most = Math.log1p(Math.max(1, ...counts));
  return counts.map((n) => Math.log1p(n) / most);
}

/** Returns the caption, and an explanation for the tooltip. */
export function scoresText({ histogram, examples, mean, variance, n_samples }: DetailResult) {
  const marks = `marks: its ${counted(examples.length, "example")}`;
  if (histogram !== null)
    return {
      text: `Scores on ${counted(histogram.n_samples, "attributed image")}; ${marks}`,
      about: "Heights grow with the logarithm of the number of images, so that a single one is seen",
    };
  const images = n_samples === null ? "all images" : counted(n_samples, "image");
  return {
    text: `Mean and spread of the scores on ${images}; ${marks}`,
    about:
      `${exact(mean)} ± ${exact(Math.sqrt(variance ?? 0))} (standard deviation). ` +
      "The lens keeps the scores of examples alone until the layer is attributed: lens.attribute(...)",
  };
}
