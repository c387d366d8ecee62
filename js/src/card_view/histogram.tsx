/** Histogram of a number over the neurons of a row: each bar is a button, and a line marks what chance gives. */
import type { NumberInfo, RowNumber } from "../generated/traits";
import { useCard } from "./context";
import type { PlacedRow } from "./state/state";

/** Least height of a bar that is not empty, in per cent. */
const LEAST = 4;

interface HistogramProps {
  row: PlacedRow;
  column: number;
  number: NumberInfo;
  own: RowNumber;
}

export function Histogram({ row, column, number, own }: HistogramProps) {
  const most = Math.max(1, ...own.counts);
  const mark = chancePlace(number, own.chance);
  const bars = own.counts.map((n, bar) => (
    <Bar key={bar} row={row} column={column} bar={bar} n={n} height={number.is_share ? 1 : n / most} />
  ));
  return (
    // A share is one bar, whose part with the property comes first.
    <span class={`slw-card-bars${number.is_share ? " slw-card-share" : ""}`}>
      {number.is_share ? bars.reverse() : bars}
      {mark !== null && (
        <span class="slw-card-chance" style={{ left: `${100 * mark}%` }} aria-hidden="true" />
      )}
    </span>
  );
}

interface BarProps {
  row: PlacedRow;
  column: number;
  bar: number;
  n: number;
  height: number;
}

function Bar({ row, column, bar, n, height }: BarProps) {
  const card = useCard();
  const text = card.barText(row.place, column, bar);
  const chosen = card.isChosen(row.place, column, bar);
  return (
    <button
      type="button"
      class="slw-card-bar"
      disabled={n === 0}
      aria-pressed={chosen}
      aria-label={text}
      title={text}
      style={{ "--slw-n": n }}
      onClick={() => card.chooseBar(row.place, column, bar)}
    >
      <span style={{ height: `${n === 0 ? 0 : Math.max(LEAST, 100 * height)}%` }} />
    </button>
  );
}

/** Returns the place of chance on the axis, 0 to 1; null outside of it. */
function chancePlace({ edges }: NumberInfo, chance: number | null): number | null {
  const [low, high] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  if (chance === null || chance < low || chance > high) return null;
  return (chance - low) / (high - low);
}
