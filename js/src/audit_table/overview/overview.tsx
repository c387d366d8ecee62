/** Overview of all classes with a requirement: shares by verdict with their intervals, what fails first. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { counted, percent, px } from "../../ui/format";
import { VirtualGrid } from "../../ui/grid/virtual_grid";
import { isPlain, runKey } from "../../ui/keys";
import { useView } from "../context";
import { OutcomeMark } from "../outcome_mark";
import { rowLayout } from "../row_layout";
import { type ClassRow, countsOf, worstFirst } from "../state/overview";
import { range, shareOf } from "../state/words";
import { VerdictBar } from "../verdict_bar";

const LAYOUT = rowLayout({ wide: 36, narrow: 60 });

export function Overview() {
  const { table, id, focusRows } = useView();
  const [active, setActive] = useState(0);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.querySelector<HTMLElement>(".slw-grid")?.focus(), []);
  const known = table.classes.known.value?.classes;
  const shares = table.classes.shares.value;
  const maxSpurious = table.traits.max_spurious.value;
  const rows = useMemo(() => worstFirst(shares, known ?? [], maxSpurious), [shares, known, maxSpurious]);
  const open = (place: number) => {
    const row = rows[place];
    if (row === undefined) return;
    table.chooseClass(row.name);
    table.overview.value = false;
    queueMicrotask(focusRows);
  };
  const actions = { Enter: () => open(active), Escape: () => table.toggleOverview() };
  return (
    <div ref={body} class="slw-audit-overview">
      <p class="slw-audit-counts" role="status">
        <span class="slw-strong">{counted(rows.length, "class", "classes")}</span>
        <span class="slw-muted">{`${countsOf(rows)}; at most ${percent(maxSpurious)} may be spurious`}</span>
      </p>
      <VirtualGrid
        n={rows.length}
        label="Classes with a requirement, what fails first"
        idPrefix={`${id}overview`}
        layout={LAYOUT}
        active={active}
        contents={null}
        onActive={setActive}
        onKey={(event) => isPlain(event) && runKey(event, actions)}
        renderCard={(place, { cardWidth, cardHeight }) => {
          const row = rows[place];
          return (
            row && (
              <Row
                key={row.name}
                row={row}
                id={`${id}overview${place}`}
                active={place === active}
                size={{ width: px(cardWidth), height: px(cardHeight) }}
                onOpen={() => open(place)}
              />
            )
          );
        }}
      />
    </div>
  );
}

interface RowProps {
  row: ClassRow;
  id: string;
  active: boolean;
  size: { width: string; height: string };
  onOpen: () => void;
}

function Row({ row, id, active, size, onOpen }: RowProps) {
  const { table } = useView();
  const { name, outcome, shares, spurious, nSamples } = row;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and takes the keys for its rows.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row.
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are scrolled away.
    <div
      id={id}
      role="gridcell"
      aria-colindex={1}
      class={`slw-audit-class-row${active ? " slw-active" : ""}`}
      style={size}
      title={`Open ${name}`}
      onClick={onOpen}
    >
      <span class="slw-cut slw-strong">{name}</span>
      <OutcomeMark outcome={outcome} />
      <VerdictBar shares={shares} interval={spurious} maxSpurious={table.traits.max_spurious.value} />
      <span class="slw-number">{`${percent(shareOf(row, "spurious"))} spurious`}</span>
      <span class="slw-number slw-muted">{range(spurious)}</span>
      <span class="slw-number slw-muted">{counted(nSamples, "sample")}</span>
    </div>
  );
}
