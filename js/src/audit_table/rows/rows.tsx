/** Rows of the audit in their order, with column headings and keyboard navigation. */
import type { ClassAudit, SortKey } from "../../audits/class_audit";
import { Button } from "../../ui/buttons/button";
import { Icon } from "../../ui/buttons/icons";
import { VirtualGrid } from "../../ui/grid/virtual_grid";
import { isPlain, runKey } from "../../ui/keys";
import { Empty } from "../../ui/notes/empty";
import { useView, type View } from "../context";
import { rowLayout } from "../row_layout";
import { announcement, COLUMNS } from "../state/words";
import { Row } from "./row";

const LAYOUT = rowLayout({ wide: 56, narrow: 100 });
const HEADS: readonly SortKey[] = ["component", "valid", "spurious", "share", "verdict"];

export function Rows({ audit }: { audit: ClassAudit }) {
  const view = useView();
  const { table, id } = view;
  const order = table.order.value;
  return (
    <div class="slw-audit-rows">
      <Heads />
      {order.length === 0 ? (
        <Filtered />
      ) : (
        <VirtualGrid
          n={order.length}
          label={announcement(audit, table.traits.max_spurious.value)}
          idPrefix={`${id}row`}
          layout={LAYOUT}
          active={table.focus.active.value}
          contents={audit.className}
          onActive={(place) => table.focus.moveTo(place)}
          onKey={(event) => onKey(view, event)}
          renderCard={(place, geometry, fast) => (
            <Row
              key={order[place]}
              place={place}
              component={order[place] ?? 0}
              audit={audit}
              width={geometry.cardWidth}
              height={geometry.cardHeight}
              fast={fast}
            />
          )}
        />
      )}
    </div>
  );
}

function Heads() {
  const { table } = useView();
  return (
    <div class="slw-audit-head" role="toolbar" aria-label="Sort by">
      {HEADS.map((key) => (
        <Head key={key} column={key} />
      ))}
      {table.classes.known.value?.can_ablate && (
        <span class="slw-audit-sort" title="Take neurons out of the model to test its accuracy without them">
          Model
        </span>
      )}
    </div>
  );
}

function Head({ column }: { column: SortKey }) {
  const { table } = useView();
  const { key, descending } = table.sorting.value;
  const { name, meaning } = COLUMNS[column];
  const sorted = key === column;
  const way = descending ? "highest first" : "lowest first";
  return (
    <button
      type="button"
      class={`slw-audit-sort slw-audit-by-${column}${sorted ? " slw-sorted" : ""}`}
      aria-pressed={sorted}
      title={`${meaning}.\n${sorted ? `Sorted ${way}: reverse` : "Sort by it"}`}
      onClick={() => table.sortBy(column)}
    >
      {name}
      {sorted && <Icon name={descending ? "descending" : "ascending"} />}
    </button>
  );
}

function Filtered() {
  const { table } = useView();
  return (
    <Empty title="No neuron has a verdict that is shown">
      <Button onClick={() => table.showAll()}>Show all verdicts</Button>
    </Empty>
  );
}

function onKey({ table, focusClasses, focusConcepts }: View, event: KeyboardEvent): void {
  if (!isPlain(event)) return;
  const place = table.focus.active.peek();
  const onPlace = (action: (place: number) => void) => () => {
    if (place !== null) action(place);
  };
  runKey(event, {
    "/": focusClasses,
    o: () => table.toggleOverview(),
    v: () => focusConcepts("valid"),
    s: () => focusConcepts("spurious"),
    Escape: () => table.escape(),
    " ": onPlace((at) => table.select(at, event.shiftKey ? "range" : "toggle")),
    Enter: onPlace((at) => table.focus.openPlace(at)),
    a: onPlace((at) => table.toggleAblated(at)),
  });
}
