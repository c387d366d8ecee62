/** Card next to a point: examples, name, labels, numbers. */

import { useEffect } from "preact/hooks";
import type { Card } from "../generated/protocol";
import { Labels } from "../neurons/labels/labels";
import { deadText, MEASURES, MeasureRow } from "../neurons/measures";
import { Name } from "../neurons/name";
import type { ExampleStores } from "../neurons/pictures/example_pictures";
import { Montage } from "../neurons/pictures/montage";
import { IconButton } from "../ui/buttons/icon_button";
import { px } from "../ui/format";
import { toScreen } from "./camera/camera";
import { fitsEverywhere, placeCard } from "./camera/card_place";
import { useView } from "./context";
import { nameOf, neuronOf, type Points, placeOf } from "./points/points";
import { valueText } from "./state/words";

const EXAMPLES = 9;
/** Size including borders; the style sheet holds the rows' heights. */
const FULL = { width: 208, height: 320, montage: 206 };
const COMPACT = { width: 264, height: 114, montage: 112 };

export function HoverCard({ points }: { points: Points }) {
  const { map, examples } = useView();
  const point = map.hover.card.value;
  const attempt = map.failures.attempt.value;
  useEffect(() => {
    if (point !== null) map.neurons.want(points, point);
  }, [map, points, point, attempt]);
  if (point === null) return null;
  const view = map.sight.view.value;
  const size = fitsEverywhere(FULL, view) ? FULL : COMPACT;
  const { left, top } = placeCard(toScreen(map.sight.camera.value, view, placeOf(points, point)), size, view);
  const card = map.neurons.card(points, point);
  const stores = examples.shown(map.traits.examples_as.value, neuronOf(points, point).layer);
  const pinned = map.hover.pinned.value;
  return (
    <section
      class={`slw-map-card${size === COMPACT ? " slw-compact" : ""}${pinned ? " slw-pinned" : ""}`}
      aria-label={`Neuron ${nameOf(points, point)}`}
      style={{ left: px(left), top: px(top), width: px(size.width), height: px(size.height) }}
      onPointerEnter={() => map.hover.enterCard()}
      onPointerLeave={() => map.hover.leaveCard()}
    >
      <div class="slw-map-card-picture" style={{ width: px(size.montage), height: px(size.montage) }}>
        <Pictures card={card} stores={stores} size={size.montage} />
      </div>
      <div class="slw-map-card-text">
        <div class="slw-map-card-head">
          <Name name={card?.name ?? nameOf(points, point)} />
          <Buttons points={points} point={point} />
        </div>
        {card === undefined ? <span class="slw-skeleton slw-line" /> : <Labels labels={card.labels} />}
        <Value point={point} />
        <MeasureRow measures={MEASURES.slice(0, 3)} card={card} />
      </div>
    </section>
  );
}

interface PicturesProps {
  card: Card | undefined;
  stores: ExampleStores;
  size: number;
}

export function Pictures({ card, stores: { thumbnails, key }, size }: PicturesProps) {
  const { map } = useView();
  if (card === undefined) return <div class="slw-skeleton" style={{ height: px(size) }} />;
  if (card.n_examples === 0) return <span class="slw-nothing">{deadText(card)}</span>;
  return (
    <Montage
      key={map.failures.attempt.value}
      pictures={thumbnails}
      rows={card.samples.slice(0, EXAMPLES).map((row, rank) => key(card.component, rank, row))}
      side={3}
      size={size}
    />
  );
}

export function Value({ point }: { point: number }) {
  const { map } = useView();
  const colouring = map.colours.colouring.value;
  if (colouring === null) return null;
  const { name, value, title } = valueText(colouring, point);
  return (
    <span class="slw-map-card-value" title={title}>
      <span class="slw-muted">{name.toLowerCase()}</span>
      <span class="slw-number slw-cut">{value}</span>
    </span>
  );
}

export function Buttons({ points, point }: { points: Points; point: number }) {
  const { map, focusStage } = useView();
  const name = nameOf(points, point);
  const close = () => {
    map.hover.close();
    focusStage();
  };
  return (
    <span class="slw-map-card-buttons">
      {points.layers.length === 1 && (
        <IconButton
          icon="similar"
          label={`More neurons like ${name}`}
          title="More like this (m)"
          onClick={() => map.query.like(name)}
        />
      )}
      {map.hover.pinned.value ? (
        <IconButton icon="close" label="Close the card" title="Close (Esc)" onClick={close} />
      ) : (
        <IconButton
          icon="pin"
          label={`Keep the card of ${name}`}
          title="Keep this card (Enter)"
          onClick={() => map.hover.pin(point)}
        />
      )}
    </span>
  );
}
