/** Histogram of the values above their colour scale. */
import { counted, significant } from "../../ui/format";
import type { Colouring } from "../colours/colouring";

interface HistogramProps {
  colouring: Colouring;
  /** Values outside this range are filtered from the map. */
  from: number;
  to: number;
}

export function Histogram({ colouring, from, to }: HistogramProps) {
  const { histogram, low, high } = colouring;
  const most = Math.max(1, ...histogram);
  const width = (high - low || 1) / histogram.length;
  return (
    <div class="slw-map-histogram" aria-hidden="true">
      {histogram.map((n, bin) => {
        const middle = low + (bin + 0.5) * width;
        const outside = middle < from || middle > to;
        return (
          <span
            key={bin}
            class={outside ? "slw-outside" : ""}
            style={{ height: `${n === 0 ? 0 : Math.max(4, 100 * Math.sqrt(n / most))}%` }}
            title={`${counted(n, "neuron")} from ${significant(middle - width / 2)} to ${significant(middle + width / 2)}`}
          />
        );
      })}
    </div>
  );
}
