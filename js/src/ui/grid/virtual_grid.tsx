/**
 * Virtual grid of equal cards: only the visible rows are in the document.
 *
 * The scroller keeps the focus and names the active card (`aria-activedescendant`), so that the active card can be
 * scrolled out of the document without losing the focus.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { px } from "../format";
import { isPlain } from "../keys";
import { useSize } from "../size";
import {
  GRID_KEYS,
  type GridGeometry,
  type GridKey,
  type GridOptions,
  gridGeometry,
  rowTop,
  scrollToShow,
  step,
  visibleRows,
} from "./grid_geometry";

/** Above this speed, in pixels per millisecond, cards are unreadable. */
const FAST = 4;
const SETTLED_AFTER = 120;

interface VirtualGridProps {
  n: number;
  label: string;
  idPrefix: string;
  layout: GridOptions;
  active: number | null;
  /** A change of this value scrolls to the top: it marks other cards, not the same ones in another order. */
  contents: unknown;
  onActive: (place: number) => void;
  /** Handles every other key while the grid has the focus. */
  onKey: (event: KeyboardEvent) => void;
  renderCard: (place: number, geometry: GridGeometry, fast: boolean) => ComponentChildren;
}

export function VirtualGrid(props: VirtualGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const box = useSize(scroller);
  const geometry = useMemo(
    () => gridGeometry(box.width, props.n, props.layout),
    [box.width, props.n, props.layout],
  );
  const { top, fast } = useScroll(scroller);
  useActiveInView(scroller, geometry, props.active, box.height);
  useBackToTop(scroller, props.contents);
  const range = visibleRows(geometry, top, box.height);
  const rows = [];
  for (let row = range.first; row < range.end; row++) {
    rows.push(<Row key={row} row={row} geometry={geometry} fast={fast} grid={props} />);
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isGridKey(event)) return props.onKey(event);
    event.preventDefault();
    props.onActive(props.active === null ? 0 : step(geometry, props.active, event.key, box.height));
  };
  const activeRow = props.active === null ? -1 : Math.floor(props.active / geometry.columns);
  const activeExists = activeRow >= range.first && activeRow < range.end;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are scrolled away.
    <div
      ref={scroller}
      class="slw-grid"
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable
      aria-rowcount={geometry.rows}
      aria-colcount={geometry.columns}
      aria-activedescendant={activeExists ? `${props.idPrefix}${props.active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="slw-grid-content" style={{ height: px(geometry.totalHeight) }}>
        {rows}
      </div>
    </div>
  );
}

interface RowProps {
  row: number;
  geometry: GridGeometry;
  fast: boolean;
  grid: VirtualGridProps;
}

function Row({ row, geometry, fast, grid }: RowProps) {
  const first = row * geometry.columns;
  const cards = [];
  for (let place = first; place < Math.min(first + geometry.columns, geometry.n); place++) {
    cards.push(grid.renderCard(place, geometry, fast));
  }
  const style = {
    transform: `translateY(${rowTop(geometry, row)}px)`,
    height: px(geometry.cardHeight),
    left: px(geometry.padding),
    gap: px(geometry.gap),
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active card.
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are scrolled away.
    <div role="row" aria-rowindex={row + 1} class="slw-row" style={style}>
      {cards}
    </div>
  );
}

function isGridKey(event: KeyboardEvent): event is KeyboardEvent & { key: GridKey } {
  return isPlain(event) && !event.shiftKey && GRID_KEYS.some((key) => key === event.key);
}

function useScroll(element: { current: HTMLElement | null }): { top: number; fast: boolean } {
  const [scroll, setScroll] = useState({ top: 0, fast: false });
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let last = { top: node.scrollTop, time: performance.now() };
    let settling: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      const now = { top: node.scrollTop, time: performance.now() };
      const elapsed = Math.max(now.time - last.time, 8);
      const fast = elapsed < 200 && Math.abs(now.top - last.top) / elapsed > FAST;
      last = now;
      setScroll({ top: now.top, fast });
      clearTimeout(settling);
      if (fast) settling = setTimeout(() => setScroll({ top: node.scrollTop, fast: false }), SETTLED_AFTER);
    };
    node.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(settling);
      node.removeEventListener("scroll", onScroll);
    };
  }, [element]);
  return scroll;
}

/** Keeps the active card visible when it moves and when the number of columns changes. */
function useActiveInView(
  scroller: { current: HTMLElement | null },
  geometry: GridGeometry,
  active: number | null,
  height: number,
): void {
  useLayoutEffect(() => {
    const node = scroller.current;
    if (node === null || active === null || height === 0) return;
    const top = scrollToShow(geometry, active, node.scrollTop, height);
    if (top !== node.scrollTop) node.scrollTop = top;
  }, [scroller, geometry, active, height]);
}

function useBackToTop(scroller: { current: HTMLElement | null }, contents: unknown): void {
  useLayoutEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [scroller, contents]);
}
