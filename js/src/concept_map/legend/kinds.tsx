/** Legend of kinds (clusters, layers or verdicts), each with a switch. */
import type { ComponentChildren } from "preact";
import type { Verdict } from "../../audits/verdicts";
import { Icon, type IconName } from "../../ui/buttons/icons";
import { count, counted } from "../../ui/format";
import { type Colouring, entryOf } from "../colours/colouring";
import { only, toggled } from "../colours/filter";
import { colourOf, css, MISSING } from "../colours/palettes";
import { useView } from "../context";
import { NO_KIND } from "../points/points";

export function Kinds({ colouring }: { colouring: Colouring }) {
  const { map } = useView();
  const { legend, missing } = colouring;
  const kinds = legend.map((entry, kind) => ({ ...entry, kind }));
  const isVerdict = colouring.encoding === "verdict";
  if (!isVerdict) kinds.sort((a, b) => b.count - a.count);
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
          {...(isVerdict ? { icon: label as Verdict } : {})}
        >
          {label}
        </Kind>
      ))}
      {missing > 0 && (
        <Kind kind={NO_KIND} entry={MISSING} n={missing} of={legend.length}>
          {colouring.encoding === "cluster" ? "in no cluster" : "no value"}
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
