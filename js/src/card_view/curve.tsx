/** Curve of one number along layers or checkpoints, with intervals, chance, and the trend in words. */
import { useRef } from "preact/hooks";
import type { CardRow, NumberInfo, RowNumber } from "../generated/traits";
import { sentence } from "../ui/format";
import { useSize } from "../ui/size";
import { useCard } from "./context";
import { written } from "./state/state";

const HEIGHT = 132;
const MARGIN = { left: 44, right: 16, top: 8, bottom: 20 };
/** Least distance of two names below the curve, in pixels. */
const NAME_WIDTH = 72;

export function Curve() {
  const card = useCard();
  const { rows, n_parts } = card.card.value;
  const number = card.number.value;
  const column = card.card.value.numbers.indexOf(number);
  const element = useRef<HTMLDivElement>(null);
  const { width } = useSize(element);
  if (n_parts < 2) return null;
  return (
    <figure class="slw-card-curve">
      <figcaption>{sentence(number.trend)}</figcaption>
      <div ref={element}>
        {width > 0 && <Drawing rows={rows.slice(0, n_parts)} column={column} number={number} width={width} />}
      </div>
    </figure>
  );
}

interface DrawingProps {
  rows: CardRow[];
  column: number;
  number: NumberInfo;
  width: number;
}

function Drawing({ rows, column, number, width }: DrawingProps) {
  const values = rows.map(({ numbers }) => numbers[column] as RowNumber);
  const { x, y, ticks } = scales(values, width);
  const every = Math.ceil((NAME_WIDTH * rows.length) / (width - MARGIN.left - MARGIN.right));
  const gaps = values.map(({ mean, chance }) => Math.abs((mean ?? 0) - (chance ?? 0)));
  const clearest = gaps.indexOf(Math.max(...gaps));
  const path = (of: "mean" | "chance") =>
    values.map((one, place) => `${place === 0 ? "M" : "L"}${x(place)} ${y(one[of])}`).join("");
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={`${number.title}: ${number.trend}`}>
      {ticks.map((value) => (
        <g key={value}>
          <path class="slw-card-grid" d={`M${MARGIN.left} ${y(value)}H${width - MARGIN.right}`} />
          <text x={MARGIN.left - 6} y={y(value) + 4} text-anchor="end">
            {written(number, value)}
          </text>
        </g>
      ))}
      <path class="slw-card-line slw-card-by-chance" d={path("chance")} />
      <text x={x(clearest)} y={y(values[clearest]?.chance ?? null) - 4} text-anchor="middle">
        chance
      </text>
      <path class="slw-card-line" d={path("mean")} />
      {values.map((one, place) => (
        <g key={place}>
          <path class="slw-card-line" d={`M${x(place)} ${y(one.low)}V${y(one.high)}`} />
          <circle cx={x(place)} cy={y(one.mean)} r="3">
            <title>{`${rows[place]?.name}: ${written(number, one.mean)}`}</title>
          </circle>
          {place % every === 0 && (
            <text x={x(place)} y={HEIGHT - 4} text-anchor="middle">
              {shortened(rows[place]?.name ?? "", (width * every) / rows.length)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

function shortened(name: string, width: number): string {
  const most = Math.max(4, Math.floor(width / 7));
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

function scales(values: RowNumber[], width: number) {
  const known = values.flatMap(({ mean, low, high, chance }) => [mean, low, high, chance]);
  const finite = known.filter((value) => value !== null);
  const [low, high] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  const [across, down] = [width - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  // Half a step on both sides keeps the names of the ends within the drawing.
  const x = (place: number) => MARGIN.left + (across * (place + 0.5)) / values.length;
  const y = (value: number | null) => MARGIN.top + down * (1 - ((value ?? low) - low) / (high - low || 1));
  return { x, y, ticks: [low, (low + high) / 2, high] };
}
