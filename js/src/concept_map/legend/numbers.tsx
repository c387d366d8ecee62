/** Legend of numbers: a colour scale with two handles that narrow the visible range. */
import { count, exact, significant } from "../../ui/format";
import { type Colouring, entryAt } from "../colours/colouring";
import { ranged } from "../colours/filter";
import { colourOf, css } from "../colours/palettes";
import { useView } from "../context";
import { ENCODINGS } from "../state/words";
import { Histogram } from "./histogram";

const STEPS = 100;
const BY_ROOT = "Colours follow the square root, so that more than the most relevant neuron stands out";

export function Numbers({ colouring }: { colouring: Colouring }) {
  const { map, look } = useView();
  const { kind, low, high, missing, encoding } = colouring;
  const filter = map.filter.value;
  const [from, to] = filter?.by === "range" ? [filter.from, filter.to] : [low, high];
  const choose = (nextFrom: number, nextTo: number) => {
    map.filter.value = ranged(colouring, nextFrom, nextTo);
  };
  const page = look.value;
  const stops = Array.from({ length: 33 }, (_, i) => entryAt(encoding, i / 32));
  const colours = page === null ? [] : stops.map((entry) => css(colourOf(kind, entry, page)));
  const name = ENCODINGS[encoding].toLowerCase();
  return (
    <div class="slw-map-numbers">
      <Histogram colouring={colouring} from={from} to={to} />
      <div
        class="slw-map-scale"
        title={encoding === "relevance" ? BY_ROOT : undefined}
        style={{ background: `linear-gradient(90deg, ${colours.join(", ")})` }}
      >
        <End
          colouring={colouring}
          label={`Least ${name}`}
          value={from}
          onChange={(v) => choose(Math.min(v, to), to)}
        />
        <End
          colouring={colouring}
          label={`Most ${name}`}
          value={to}
          onChange={(v) => choose(from, Math.max(v, from))}
        />
      </div>
      <div class="slw-map-ends slw-number">
        <span title={exact(from)}>{significant(from)}</span>
        {kind === "diverging" && filter === null && <span>0</span>}
        <span title={exact(to)}>{significant(to)}</span>
      </div>
      {missing > 0 && <div class="slw-muted">{`${count(missing)} without a value`}</div>}
    </div>
  );
}

interface EndProps {
  colouring: Colouring;
  label: string;
  value: number;
  onChange: (value: number) => void;
}

function End({ colouring: { low, high }, label, value, onChange }: EndProps) {
  const span = high - low || 1;
  return (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={significant(value)}
      min={0}
      max={STEPS}
      step={1}
      value={Math.round(((value - low) / span) * STEPS)}
      onInput={(event) => {
        const step = Number(event.currentTarget.value);
        // Exact bounds, not rounded ones: the extreme neurons must stay in.
        onChange(step === 0 ? low : step === STEPS ? high : low + (step / STEPS) * span);
      }}
    />
  );
}
