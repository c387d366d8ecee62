/** Grid of cards in their order, with keyboard navigation. */

import { useMemo } from "preact/hooks";
import { NoLayers } from "../neurons/layer_menu";
import { Button } from "../ui/buttons/button";
import type { GridOptions } from "../ui/grid/grid_geometry";
import { VirtualGrid } from "../ui/grid/virtual_grid";
import { isPlain, runKey } from "../ui/keys";
import { Empty } from "../ui/notes/empty";
import { Card, isTouch, TEXT_HEIGHT, TOUCH_ROW } from "./card";
import { useView } from "./context";
import type { Gallery } from "./state/state";
import { announcement } from "./state/words";

const MIN_CARD_WIDTH = 164;
const GAP = 12;

export function Grid() {
  const { gallery, id, focusSearch, beside } = useView();
  const ranking = gallery.order.ranking.value;
  const rows = [ranking?.has_query, gallery.labels.shown.value, beside !== undefined].filter(Boolean).length;
  const textHeight = TEXT_HEIGHT.always + rows * TEXT_HEIGHT.row + (isTouch() ? TOUCH_ROW : 0);
  const layout = useMemo<GridOptions>(
    () => ({
      minCardWidth: MIN_CARD_WIDTH,
      gap: GAP,
      padding: GAP,
      cardHeight: (width) => width + textHeight,
    }),
    [textHeight],
  );
  if (gallery.traits.layers.value.length === 0) return <NoLayers />;
  if (ranking === null) return gallery.order.waiting.value ? null : <Nothing />;
  if (ranking.of === 0)
    return (
      <Empty title={`No neurons in ${ranking.layer}`}>
        <p>Choose another layer above.</p>
      </Empty>
    );
  if (ranking.n === 0) return <NoneChosen layer={ranking.layer} />;
  return (
    <VirtualGrid
      n={ranking.n}
      label={announcement(ranking)}
      idPrefix={`${id}card`}
      layout={layout}
      active={gallery.focus.active.value}
      contents={ranking}
      onActive={(place) => gallery.focus.moveTo(place)}
      onKey={(event) => onKey(gallery, event, focusSearch, beside === undefined)}
      renderCard={(place, geometry, fast) => (
        <Card
          key={place}
          place={place}
          column={place % geometry.columns}
          ranking={ranking}
          width={geometry.cardWidth}
          height={geometry.cardHeight}
          fast={fast}
        />
      )}
    />
  );
}

function onKey(gallery: Gallery, event: KeyboardEvent, focusSearch: () => void, isAlone: boolean): void {
  if (!isPlain(event)) return;
  const place = gallery.focus.active.peek();
  const onPlace = (action: (place: number) => void) => () => {
    if (place !== null) action(place);
  };
  runKey(event, {
    "/": focusSearch,
    Escape: () => gallery.escape(),
    " ": onPlace((at) => gallery.select(at, event.shiftKey ? "range" : "toggle")),
    Enter: onPlace((at) => gallery.focus.openPlace(at)),
    o: onPlace((at) => gallery.focus.openPlace(at)),
    ...(isAlone && {
      m: onPlace((at) => onName(gallery, at, (name) => gallery.query.like(name))),
      p: onPlace((at) => onName(gallery, at, (name) => gallery.pins.toggle(name))),
      c: () => gallery.pins.compare(),
    }),
  });
}

function onName(gallery: Gallery, place: number, action: (name: string) => void): void {
  const component = gallery.order.ranking.peek()?.order[place];
  const card = component === undefined ? undefined : gallery.cards.get(component);
  if (card !== undefined) action(card.name);
}

function Nothing() {
  const { gallery } = useView();
  if (gallery.order.queryError.value !== null)
    return (
      <Empty title="The query has no answer">
        <p>Change it above, or clear it to see all neurons.</p>
      </Empty>
    );
  return (
    <Empty title="Nothing to show yet">
      <p>The neurons have not been ranked.</p>
      <Button onClick={() => void gallery.order.rank()}>Try again</Button>
    </Empty>
  );
}

function NoneChosen({ layer }: { layer: string }) {
  const { gallery } = useView();
  const narrowing = gallery.narrowing.value;
  return (
    <Empty title={`None of the chosen neurons is in ${layer}`}>
      {narrowing !== null && <p>{`Chosen: ${narrowing.text}`}</p>}
      <Button onClick={() => gallery.showAll()}>Show all</Button>
    </Empty>
  );
}
