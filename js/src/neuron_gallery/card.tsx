/** Card of one neuron: examples, name, labels, alignment, scores. */

import { useEffect } from "preact/hooks";
import type { Card as CardData } from "../generated/protocol";
import { Labels } from "../neurons/labels/labels";
import { LabelInView } from "../neurons/labels/neuron_label";
import { deadText, MeasureRow } from "../neurons/measures";
import { Name } from "../neurons/name";
import { Montage } from "../neurons/pictures/montage";
import { selectMode } from "../neurons/state/selection";
import { IconButton } from "../ui/buttons/icon_button";
import { px } from "../ui/format";
import { AlignmentRow } from "./alignment_bar";
import { useExamples, useView } from "./context";
import { Pin } from "./pin";
import { type Match, matchAt, type Ranking } from "./state/ranking";
import { cardMeasures } from "./state/words";

/** Height of the text below the montage, in pixels: a base, and a row each for label and alignment. */
export const TEXT_HEIGHT = { always: 92, row: 20 };
/** Height of the row of buttons where there is no hover that could show them over the picture, in pixels. */
export const TOUCH_ROW = 36;

/** Returns whether the pointer cannot hover, as on a phone. */
export const isTouch = () => globalThis.matchMedia?.("(hover: none)").matches ?? false;

interface CardProps {
  place: number;
  column: number;
  ranking: Ranking;
  width: number;
  height: number;
  fast: boolean;
}

export function Card({ place, column, ranking, width, height, fast }: CardProps) {
  const { gallery, id, beside } = useView();
  const component = ranking.order[place] ?? 0;
  const attempt = gallery.failures.attempt.value;
  void gallery.cards.version.value;
  const card = gallery.cards.get(component);
  useEffect(() => {
    if (card === undefined && !fast) gallery.cards.want(component);
  }, [gallery, component, card, fast, attempt]);
  const match = matchAt(ranking, place);
  const selected = card !== undefined && gallery.selection.names.value.has(card.name);
  const active = gallery.focus.active.value === place;
  const opened = gallery.opened.current.value?.component === component;
  const elsewhere = gallery.focus.pointing.hovered.value;
  const pointed = elsewhere?.component === component && elsewhere.layer === ranking.layer;
  const lit = beside?.lit.value === component;
  const kinds = { selected, active, opened, pointed, lit };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and takes the keys for its cards.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active card.
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are scrolled away.
    <div
      id={`${id}card${place}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={selected}
      aria-busy={card === undefined}
      class={classes("slw-card", kinds)}
      style={{ width: px(width), height: px(height) }}
      onClick={(event) => gallery.select(place, selectMode(event))}
      onDblClick={() => gallery.focus.openPlace(place)}
      onPointerEnter={() => gallery.focus.pointing.hover({ layer: ranking.layer, component })}
      onPointerLeave={() => gallery.focus.pointing.hover(null)}
    >
      {card === undefined ? (
        <Skeleton width={width} />
      ) : (
        <Filled card={card} match={match} ranking={ranking} width={width} fast={fast} place={place} />
      )}
    </div>
  );
}

function classes(name: string, kinds: Record<string, boolean>): string {
  const given = Object.keys(kinds).filter((kind) => kinds[kind]);
  return [name, ...given.map((kind) => `slw-${kind}`)].join(" ");
}

interface FilledProps {
  card: CardData;
  match: Match | null;
  ranking: Ranking;
  width: number;
  fast: boolean;
  place: number;
}

function Filled({ card, match, ranking, width, fast, place }: FilledProps) {
  const { gallery, beside } = useView();
  const { thumbnails, key } = useExamples(ranking.layer);
  const { n_examples_shown, sort: by } = gallery.traits;
  const [shown, sort] = [n_examples_shown.value, by.value];
  const size = width - 2;
  return (
    <>
      <div class="slw-card-picture" style={{ height: px(size) }}>
        {card.n_examples === 0 ? (
          <span class="slw-nothing">{deadText(card)}</span>
        ) : (
          <Montage
            key={gallery.failures.attempt.value}
            pictures={thumbnails}
            rows={card.samples.slice(0, shown).map((row, rank) => key(card.component, rank, row))}
            side={Math.max(1, Math.ceil(Math.sqrt(shown)))}
            size={size}
            paused={fast}
          />
        )}
      </div>
      <div class="slw-card-text">
        {gallery.labels.shown.value && (
          <LabelInView labels={gallery.labels} component={card.component} fast={fast} />
        )}
        <Name name={card.name} />
        <Labels labels={card.labels} />
        {match !== null && <AlignmentRow match={match} ranking={ranking} />}
        {beside?.matchRow(card.component)}
        <MeasureRow measures={cardMeasures(sort)} card={card} sorted={sort} />
      </div>
      <CardButtons name={card.name} place={place} />
    </>
  );
}

function CardButtons({ name, place }: { name: string; place: number }) {
  const { gallery, beside } = useView();
  const then = (action: () => void) => (event: MouseEvent) => {
    event.stopPropagation();
    action();
  };
  return (
    <span class="slw-card-buttons">
      {beside === undefined && (
        <>
          <Pin name={name} inGrid />
          <IconButton
            icon="similar"
            tabIndex={-1}
            label={`More neurons like ${name}`}
            title="More like this (m)"
            onClick={then(() => gallery.query.like(name))}
          />
        </>
      )}
      <IconButton
        icon="open"
        tabIndex={-1}
        label={`Open ${name}`}
        title="Open (Enter)"
        onClick={then(() => gallery.focus.openPlace(place))}
      />
    </span>
  );
}

function Skeleton({ width }: { width: number }) {
  return (
    <>
      <div class="slw-card-picture slw-skeleton" style={{ height: px(width - 2) }} />
      <div class="slw-card-text">
        <span class="slw-skeleton slw-line" style={{ width: "60%" }} />
        <span class="slw-skeleton slw-line" style={{ width: "85%" }} />
        <span class="slw-skeleton slw-line" style={{ width: "70%" }} />
      </div>
    </>
  );
}
