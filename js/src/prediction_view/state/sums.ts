/** Rows below the components: all others, what none of them adds, and the output that all rows sum to. */
import type { Amounts, ExplainedRow, ExplainResult } from "../../generated/protocol";
import { counted } from "../../ui/format";

export interface Sum extends Omit<Amounts, "n"> {
  name: string;
  title: string;
  isTotal: boolean;
}

/** Returns the rows; of unknown outputs the others alone. */
export function sumsOf(
  { own, contrast }: Pick<ExplainResult, "own" | "contrast">,
  { others }: { others: Amounts },
): Sum[] {
  const rows: Sum[] = [];
  if (others.n > 0)
    rows.push({
      ...others,
      name: counted(others.n, "other neuron"),
      title: "All neurons that are not among the rows, together",
      isTotal: false,
    });
  if (own.output === null) return rows;
  const two = (of: "rest" | "output") => ({
    relevance: own[of],
    relevance_contrast: contrast?.[of] ?? null,
    difference: contrast === null ? null : less(own[of], contrast[of]),
  });
  rows.push(
    {
      ...two("rest"),
      name: "bias and rest",
      title: "What no neuron of the layer adds: biases, ways around it, and what is not additive",
      isTotal: false,
    },
    { ...two("output"), name: "output", title: "The sum of all rows", isTotal: true },
  );
  return rows;
}

/** Returns the largest size of an amount that has a bar, except for the total: the bars show parts. */
export function scaleOf(rows: readonly ExplainedRow[], sums: readonly Sum[], atPlace: boolean): number {
  const key = sums.some(({ difference }) => difference !== null) ? "difference" : "relevance";
  const parts = atPlace ? rows.map(({ here }) => here) : [...rows, ...sums].map((row) => row[key]);
  return Math.max(...parts.map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE);
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
