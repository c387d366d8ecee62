/** Shares of a class by verdict as one bar, with the interval of the spurious share and the limit. */

import type { Verdict } from "../audits/verdicts";
import { percent } from "../ui/format";
import { range, shareOf } from "./state/words";

/** From left to right: the spurious part begins at zero, next to the scale of the limit. */
export const ON_BAR: readonly Verdict[] = ["spurious", "ambiguous", "unexpected", "valid"];

interface VerdictBarProps {
  /** In the order of `VERDICTS`. */
  shares: readonly number[];
  /** The bounds of the spurious share. */
  interval: readonly number[];
  maxSpurious: number;
}

export function VerdictBar({ shares, interval, maxSpurious }: VerdictBarProps) {
  const [low, high] = [interval[0] ?? Number.NaN, interval[1] ?? Number.NaN];
  const said = ON_BAR.map((verdict) => `${verdict} ${percent(shareOf({ shares }, verdict))}`).join(", ");
  return (
    <div class="slw-audit-bar" role="img" aria-label={said}>
      {ON_BAR.map((verdict) => (
        <span
          key={verdict}
          class={`slw-audit-part slw-is-${verdict}`}
          style={{ width: `${100 * shareOf({ shares }, verdict)}%` }}
        />
      ))}
      {high >= low && (
        <span
          class="slw-audit-spurious-interval"
          style={{ left: `${100 * low}%`, width: `${100 * (high - low)}%` }}
          title={`Spurious: ${range(interval)} with 95 % confidence over the samples`}
        />
      )}
      <span
        class="slw-audit-mark"
        style={{ left: `${100 * maxSpurious}%` }}
        title={`At most ${percent(maxSpurious)} may be spurious`}
      />
    </div>
  );
}
