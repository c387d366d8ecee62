/** Legend of kinds (clusters, layers or verdicts), each with a switch. */
import type { ComponentChildren } from "preact";
import type { Verdict } from "../../audits/verdicts";
import { Icon, type IconName } from "../../ui/buttons/icons";
import { count, counted } from "../../ui/format";
import { type Colouring, entryOf, type LegendKind } from "../colours/colouring";
import { only, toggled } from "../colours/filter";
import { colourOf, css, MISSING, N_KINDS } from "../colours/palettes";
import { useView } from "../context";
import { NO_KIND } from "../points/points";

export function Kinds({ colouring }: { colouring: Colouring }) {
  const { map } = useView();
  const { legend, missing } = colouring;
  const isVerdict = colouring.encoding === "verdict";
  const beyond = legend.length - N_KINDS;
  if (legend.length === 0)
    return (
      <span class="slw-muted">{map.layout.improving.value === null ? "no clusters" : "not found yet"}</span>
    );
  return (
    <ul class="slw-map-kinds">
      {legend.map((entry, kind) => (
        <Kind
          key={kind}
          kind={kind}
          colour={entryOf(colouring.encoding, kind, legend.length)}
          entry={entry}
          colouring={colouring}
          {...(isVerdict ? { icon: entry.label as Verdict } : entry.icon ? { icon: entry.icon } : {})}
        >
          {entry.label}
        </Kind>
      ))}
      {colouring.palette === "category" && beyond > 0 && (
        <li class="slw-muted">{`The last ${beyond} share one grey: there are ${N_KINDS} colours.`}</li>
      )}
      {missing > 0 && (
        <Kind kind={NO_KIND} colour={MISSING} entry={none(colouring)} colouring={colouring}>
          {none(colouring).label}
        </Kind>
      )}
    </ul>
  );
}

function none({ encoding, missing }: Colouring): LegendKind {
  return { label: encoding === "cluster" ? "in no cluster" : "no value", count: missing };
}

interface KindProps {
  kind: number;
  /** Entry of the palette. */
  colour: number;
  entry: LegendKind;
  colouring: Colouring;
  icon?: IconName;
  children: ComponentChildren;
}

function Kind({ kind, colour, entry, colouring, icon, children }: KindProps) {
  const { map, look } = useView();
  const filter = map.filter.value;
  const shown = filter?.by !== "kind" || !filter.hidden.has(kind);
  const alone = () => {
    map.filter.value = only(map.filter.peek(), kind, colouring.legend.length);
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
        title={`${entry.about ?? counted(entry.count, "neuron")}\nClick to ${shown ? "hide" : "show"}, double click (Shift+Enter) to show it alone`}
        onClick={() => {
          map.filter.value = toggled(map.filter.peek(), kind);
        }}
        onDblClick={alone}
        onKeyDown={onKeyDown}
      >
        <span
          class={`slw-map-swatch${entry.hollow ? " slw-hollow" : ""}`}
          style={{ color: page === null ? "" : css(colourOf(colouring.palette, colour, page)) }}
        />
        {icon !== undefined && <Icon name={icon} />}
        <span class="slw-cut">{children}</span>
        <span class="slw-muted slw-number">{entry.counted ?? count(entry.count)}</span>
      </button>
    </li>
  );
}
