/** Rows below the components: all others, what none of them adds, and the output that all rows sum to. */
import type { Amounts, ExplainedRow, ExplainResult, ExplainRowsResult } from "../../generated/protocol";
import { counted } from "../../ui/format";

export type Amount = "relevance" | "relevance_contrast" | "difference";

export interface Sum extends Omit<Amounts, "n"> {
  name: string;
  title: string;
  isTotal: boolean;
}

/** Returns the rows, the sum of those above first; of unknown outputs only what is known. */
export function sumsOf(
  { own, contrast }: Pick<ExplainResult, "own" | "contrast">,
  { rows, others }: Pick<ExplainRowsResult, "rows" | "others">,
): Sum[] {
  const above: Sum = {
    relevance: total(rows, "relevance"),
    relevance_contrast: total(rows, "relevance_contrast"),
    difference: total(rows, "difference"),
    name: `the ${counted(rows.length, "neuron")} above`,
    title: "The sum of the rows above",
    isTotal: false,
  };
  const sums = [above];
  if (others.n > 0)
    sums.push({
      ...others,
      name: counted(others.n, "other neuron"),
      title: "All neurons that are not among the rows, together",
      isTotal: false,
    });
  if (own.output === null) return sums;
  const two = (of: "rest" | "output") => ({
    relevance: own[of],
    relevance_contrast: contrast?.[of] ?? null,
    difference: contrast === null ? null : less(own[of], contrast[of]),
  });
  sums.push(
    {
      ...two("rest"),
      name: "bias and rest",
      title: "What no neuron of the layer adds: biases, ways around it, and what is not additive",
      isTotal: false,
    },
    { ...two("output"), name: "output", title: "The sum of all rows", isTotal: true },
  );
  return sums;
}

function total(rows: readonly ExplainedRow[], key: Amount): number | null {
  return rows.every((row) => row[key] === null) ? null : rows.reduce((sum, row) => sum + (row[key] ?? 0), 0);
}

/** Returns the largest size of an amount, which has the longest bar. */
export function largest(values: readonly (number | null)[]): number {
  return Math.max(...values.map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE);
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
