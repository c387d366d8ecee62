/** Distribution of the open neuron's scores, with the places of its examples. */

import type { DetailResult } from "../../generated/protocol";
import { exact, significant } from "../../ui/format";
import { barHeights, type ScoreAxis, scoreAxis, scoresText } from "../state/score_axis";

const HEIGHT = 48;
const WIDTH = 100;

export function Scores({ detail }: { detail: DetailResult }) {
  const axis = scoreAxis(detail);
  if (axis === null) return null;
  const { text, about } = scoresText(detail);
  const examples = detail.examples.flatMap(({ score }) => (score === null ? [] : [score]));
  return (
    <figure class="slw-scores" title={about}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 8}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${text}, from ${exact(axis.low)} to ${exact(axis.high)}`}
      >
        {detail.histogram === null ? (
          <Spread detail={detail} axis={axis} />
        ) : (
          <Bars counts={detail.histogram.counts} />
        )}
        <path class="slw-scores-axis" d={`M0 ${HEIGHT}H${WIDTH}`} />
        {examples.map((score, rank) => (
          <path
            key={rank}
            class="slw-scores-mark"
            d={`M${WIDTH * axis.place(score)} ${HEIGHT - 4}V${HEIGHT + 8}`}
          />
        ))}
      </svg>
      <div class="slw-scores-ends slw-muted" aria-hidden="true">
        <span class="slw-number">{significant(axis.low)}</span>
        <span class="slw-number">{significant(axis.high)}</span>
      </div>
      <figcaption class="slw-muted">{text}</figcaption>
    </figure>
  );
}

function Bars({ counts }: { counts: number[] }) {
  const width = WIDTH / counts.length;
  return (
    <>
      {barHeights(counts).map((share, bin) => (
        <rect
          key={bin}
          class="slw-scores-bar"
          x={bin * width}
          y={HEIGHT * (1 - share)}
          width={width * 0.92}
          height={HEIGHT * share}
        />
      ))}
    </>
  );
}

/** One standard deviation on either side of the mean. */
function Spread({ detail: { mean, variance }, axis }: { detail: DetailResult; axis: ScoreAxis }) {
  if (mean === null || variance === null) return null;
  const [from, to] = [mean - Math.sqrt(variance), mean + Math.sqrt(variance)].map(axis.place) as [
    number,
    number,
  ];
  return (
    <>
      <rect
        class="slw-scores-bar"
        x={WIDTH * from}
        y={HEIGHT / 2}
        width={WIDTH * (to - from)}
        height={HEIGHT / 2}
      />
      <path class="slw-scores-axis" d={`M${WIDTH * axis.place(mean)} ${HEIGHT / 2 - 6}V${HEIGHT}`} />
    </>
  );
}
