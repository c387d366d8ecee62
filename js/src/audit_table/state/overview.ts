/** Classes of an audit in the order of an overview: what fails comes first. */

import type { ClassInfo, ClassShares } from "../../generated/protocol";
import { type Outcome, outcomeOf, shareOf } from "./words";

export interface ClassRow extends ClassShares {
  nSamples: number;
  outcome: Outcome;
}

const WORST_FIRST: readonly Outcome[] = ["fails", "undecided", "too few samples", "passes"];

/** Returns the judged classes: by outcome, then the larger spurious share first. */
export function worstFirst(
  shares: ReadonlyMap<string, ClassShares>,
  classes: readonly ClassInfo[],
  maxSpurious: number,
): ClassRow[] {
  const rows = classes.flatMap(({ name, n_samples: nSamples }) => {
    const found = shares.get(name);
    if (found === undefined) return [];
    return [{ ...found, nSamples, outcome: outcomeOf(found.spurious, nSamples, maxSpurious) }];
  });
  const rank = ({ outcome }: ClassRow) => WORST_FIRST.indexOf(outcome);
  return rows.sort((a, b) => rank(a) - rank(b) || shareOf(b, "spurious") - shareOf(a, "spurious"));
}

/** Returns, for example, "2 fails, 1 undecided, 5 passes". */
export function countsOf(rows: readonly ClassRow[]): string {
  return WORST_FIRST.flatMap((outcome) => {
    const n = rows.filter((row) => row.outcome === outcome).length;
    return n === 0 ? [] : [`${n.toLocaleString("en")} ${outcome}`];
  }).join(", ");
}
