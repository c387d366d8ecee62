/** Card next to a point: its neuron and the one of the other side that is most similar to it, with what chance gives. */
import { useEffect } from "preact/hooks";
import type { Match } from "../comparisons/matches";
import { toScreen } from "../concept_map/camera/camera";
import { fitsEverywhere, placeCard } from "../concept_map/camera/card_place";
import { useView } from "../concept_map/context";
import { Buttons, Pictures, Value } from "../concept_map/hover_card";
import { nameOf, neuronOf, type Points, placeOf, pointOf } from "../concept_map/points/points";
import { Labels } from "../neurons/labels/labels";
import { Name } from "../neurons/name";
import type { ExamplePictures } from "../neurons/pictures/example_pictures";
import { Icon } from "../ui/buttons/icons";
import { exact, percent, px, significant } from "../ui/format";
import { useCompared } from "./context";
import { verdictText } from "./state/words";

/** Size including borders; the style sheet holds the rows' heights. */
const FULL = { width: 322, height: 276, montage: 156 };
const COMPACT = { width: 226, height: 228, montage: 108 };

export function MatchCard({ points }: { points: Points }) {
  const { map, examples } = useView();
  const { comparing, partners } = useCompared();
  const point = map.hover.card.value;
  const attempt = map.failures.attempt.value;
  const partner = point === null ? null : comparing.partner(points, point);
  const other = partner === null ? null : pointOf(points, partner.neuron);
  useEffect(() => {
    if (point !== null) map.neurons.want(points, point);
    if (other !== null) map.neurons.want(points, other);
  }, [map, points, point, other, attempt]);
  if (point === null) return null;
  const view = map.sight.view.value;
  const size = fitsEverywhere(FULL, view) ? FULL : COMPACT;
  const { left, top } = placeCard(toScreen(map.sight.camera.value, view, placeOf(points, point)), size, view);
  const { montage } = size;
  return (
    <section
      class={`slw-map-card slw-compare-card${map.hover.pinned.value ? " slw-pinned" : ""}`}
      aria-label={`Neuron ${nameOf(points, point)} and its match`}
      style={{ left: px(left), top: px(top), width: px(size.width), height: px(size.height) }}
      onPointerEnter={() => map.hover.enterCard()}
      onPointerLeave={() => map.hover.leaveCard()}
    >
      <div class="slw-compare-card-sides">
        <Side points={points} point={point} pictures={examples} size={montage} />
        {other === null ? (
          <span class="slw-nothing" style={{ width: px(montage), height: px(montage) }}>
            match not known
          </span>
        ) : (
          <Side points={points} point={other} pictures={partners} size={montage} />
        )}
      </div>
      <div class="slw-map-card-text">
        {partner !== null && <Verdict partner={partner} />}
        <div class="slw-compare-card-value">
          <Value point={point} />
          <Buttons points={points} point={point} />
        </div>
      </div>
    </section>
  );
}

interface SideProps {
  points: Points;
  point: number;
  pictures: ExamplePictures;
  size: number;
}

function Side({ points, point, pictures, size }: SideProps) {
  const { map } = useView();
  const { layer } = neuronOf(points, point);
  const card = map.neurons.card(points, point);
  return (
    <div class="slw-compare-side" style={{ width: px(size) }}>
      <div class="slw-map-card-picture" style={{ width: px(size), height: px(size) }}>
        <Pictures card={card} stores={pictures.shown(map.traits.examples_as.value, layer)} size={size} />
      </div>
      <Name name={nameOf(points, point)} />
      {card === undefined ? <span class="slw-skeleton slw-line" /> : <Labels labels={card.labels} />}
    </div>
  );
}

function Verdict({ partner }: { partner: Match }) {
  const { chance, similarity } = partner;
  const about =
    chance && `Above ${percent(chance.percentile)} of draws of random groups; a match from 95 % on`;
  return (
    <>
      <span class="slw-map-card-value" title={`Similarity ${exact(similarity)}`}>
        <span class="slw-muted">similarity</span>
        <span class="slw-number">
          {significant(similarity)}
          {chance !== null && (
            <span class="slw-muted">{` · chance gives ${significant(chance.similarity)}`}</span>
          )}
        </span>
      </span>
      <span class="slw-compare-verdict slw-cut" title={about ?? ""}>
        {chance !== null && <Icon name={chance.isMatched ? "valid" : "close"} />}
        {verdictText(partner)}
      </span>
    </>
  );
}
