/** What the colours mean; choosing in it filters the map. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { count, counted, exact, significant } from "../ui/format";
import { Icon, type IconName } from "../ui/icons";
import type { Verdict } from "../ui/verdicts";
import { NARROW } from "./camera";
import { type Colouring, entryAt, entryOf } from "./colouring";
import { useView } from "./context";
import { only, ranged, toggled } from "./filter";
import { colourOf, css, MISSING } from "./palettes";
import { NO_KIND } from "./points";
import { ENCODINGS, missingText } from "./words";

const STEPS = 100;
const BY_ROOT = "Colours grow with the square root, so that more than the most relevant neuron is seen";

export function Legend() {
  const { map, id, legend } = useView();
  const colouring = map.colours.colouring.value;
  const [open, setOpen] = useState<boolean | null>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const node = panel.current;
    if (node === null) return;
    const size = { width: node.offsetWidth + 16, height: node.offsetHeight + 16 };
    if (size.width !== legend.peek().width || size.height !== legend.peek().height) legend.value = size;
  });
  if (colouring === null) return null;
  const { width, height } = map.size.value;
  const isNumbers = colouring.kind !== "category";
  const isShort = isNumbers || colouring.encoding === "verdict";
  const shown = open ?? (height >= 320 && (isShort || width >= NARROW));
  return (
    <div
      ref={panel}
      class={`slw-map-legend${shown ? "" : " slw-closed"}`}
      style={{ maxHeight: `${Math.max(96, height * 0.5)}px` }}
    >
      <div class="slw-map-legend-head">
        <button
          type="button"
          class="slw-map-legend-title"
          aria-expanded={shown}
          aria-controls={`${id}legend`}
          title={shown ? "Hide the legend" : "Show the legend"}
          onClick={() => setOpen(!shown)}
        >
          <Icon name="legend" />
          {ENCODINGS[colouring.encoding]}
        </button>
        {map.filter.value !== null && (
          <button type="button" class="slw-link" title="Show all neurons again" onClick={() => clear(map)}>
            show all
          </button>
        )}
      </div>
      <div id={`${id}legend`} hidden={!shown} class="slw-map-legend-body">
        {shown && (isNumbers ? <Numbers colouring={colouring} /> : <Kinds colouring={colouring} />)}
      </div>
    </div>
  );
}

function clear(map: ReturnType<typeof useView>["map"]): void {
  map.filter.value = null;
}

function Kinds({ colouring }: { colouring: Colouring }) {
  const { map } = useView();
  const { legend, missing } = colouring;
  const kinds = legend.map((entry, kind) => ({ ...entry, kind }));
  const judged = colouring.encoding === "verdict";
  if (!judged) kinds.sort((a, b) => b.count - a.count);
  if (legend.length === 0)
    return (
      <span class="slw-muted">{map.layout.improving.value === null ? "no clusters" : "not found yet"}</span>
    );
  return (
    <ul class="slw-map-kinds">
      {kinds.map(({ label, count: n, kind }) => (
        <Kind
          key={kind}
          kind={kind}
          entry={entryOf(colouring.encoding, kind)}
          n={n}
          of={legend.length}
          {...(judged ? { icon: label as Verdict } : {})}
        >
          {label}
        </Kind>
      ))}
      {missing > 0 && (
        <Kind kind={NO_KIND} entry={MISSING} n={missing} of={legend.length}>
          {missingText(colouring.encoding)}
        </Kind>
      )}
    </ul>
  );
}

interface KindProps {
  kind: number;
  entry: number;
  n: number;
  of: number;
  icon?: IconName;
  children: ComponentChildren;
}

function Kind({ kind, entry, n, of, icon, children }: KindProps) {
  const { map, look } = useView();
  const filter = map.filter.value;
  const shown = filter?.by !== "kind" || !filter.hidden.has(kind);
  const alone = () => {
    map.filter.value = only(map.filter.peek(), kind, of);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !event.shiftKey) return;
    event.preventDefault();
    alone();
  };
  const page = look.value;
  return (
    <li>
      <button
        type="button"
        class="slw-map-kind"
        aria-pressed={shown}
        title={`${counted(n, "neuron")}\nClick to ${shown ? "hide" : "show"}, double click (Shift+Enter) to show it alone`}
        onClick={() => {
          map.filter.value = toggled(map.filter.peek(), kind);
        }}
        onDblClick={alone}
        onKeyDown={onKeyDown}
      >
        <span
          class="slw-map-swatch"
          style={{ color: page === null ? "" : css(colourOf("category", entry, page)) }}
        />
        {icon !== undefined && <Icon name={icon} />}
        <span class="slw-cut">{children}</span>
        <span class="slw-muted slw-number">{count(n)}</span>
      </button>
    </li>
  );
}

function Numbers({ colouring }: { colouring: Colouring }) {
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
        // The ends themselves, not numbers that are nearly theirs: the extreme neurons must stay in.
        onChange(step === 0 ? low : step === STEPS ? high : low + (step / STEPS) * span);
      }}
    />
  );
}

function Histogram({ colouring, from, to }: { colouring: Colouring; from: number; to: number }) {
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
