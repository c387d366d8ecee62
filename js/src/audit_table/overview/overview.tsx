/** Overview of all classes with a requirement: shares by verdict with their intervals, what fails first. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { VERDICTS } from "../../generated/constants";
import { Icon } from "../../ui/buttons/icons";
import { counted, percent, px } from "../../ui/format";
import type { GridOptions } from "../../ui/grid/grid_geometry";
import { VirtualGrid } from "../../ui/grid/virtual_grid";
import { isPlain, runKey } from "../../ui/keys";
import { useView } from "../context";
import { type ClassRow, countsOf, worstFirst } from "../state/overview";
import { LOOKS, OUTCOME_MEANINGS, range, spuriousShare } from "../state/words";
import { ON_BAR, VerdictBar } from "../verdict_bar";

/** Heights in pixels; a row breaks into two lines below `NARROW`, as in the style sheet. */
const HEIGHTS = { wide: 36, narrow: 60 };
const NARROW = 620;

export function Overview() {
  const { table, id, focusRows } = useView();
  const [active, setActive] = useState(0);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.querySelector<HTMLElement>(".slw-grid")?.focus(), []);
  const known = table.classes.known.value?.classes;
  const shares = table.classes.shares.value;
  const maxSpurious = table.traits.max_spurious.value;
  const rows = useMemo(() => worstFirst(shares, known ?? [], maxSpurious), [shares, known, maxSpurious]);
  const layout = useMemo<GridOptions>(
    () => ({
      minCardWidth: Number.MAX_SAFE_INTEGER,
      gap: 0,
      padding: 0,
      cardHeight: (width) => (width < NARROW ? HEIGHTS.narrow : HEIGHTS.wide),
    }),
    [],
  );
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
        layout={layout}
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
  const parts = ON_BAR.map((verdict) => `${verdict} ${percent(shares[VERDICTS.indexOf(verdict)])}`).join(
    ", ",
  );
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
      <span class={`slw-verdict slw-is-${LOOKS[outcome]}`} title={OUTCOME_MEANINGS[outcome]}>
        <Icon name={LOOKS[outcome]} />
        {outcome}
      </span>
      <VerdictBar
        shares={shares}
        interval={spurious}
        maxSpurious={table.traits.max_spurious.value}
        label={parts}
      />
      <span class="slw-number">{`${percent(spuriousShare(shares))} spurious`}</span>
      <span class="slw-number slw-muted">{range(spurious)}</span>
      <span class="slw-number slw-muted">{counted(nSamples, "sample")}</span>
    </div>
  );
}
