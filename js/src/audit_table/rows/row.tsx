/** Row of one neuron: examples, name, z-scores for the concepts, share of the class's relevance, verdict. */

import { useEffect } from "preact/hooks";
import { verdictBefore } from "../../audits/before_audit";
import { type ClassAudit, hasVerdicts, verdictOf } from "../../audits/class_audit";
import { VerdictMark } from "../../audits/verdicts";
import type { Card } from "../../generated/protocol";
import { LabelInView } from "../../neurons/labels/neuron_label";
import { deadText } from "../../neurons/measures";
import { Name } from "../../neurons/name";
import { Montage } from "../../neurons/pictures/montage";
import { selectMode } from "../../neurons/state/selection";
import { Bar } from "../../ui/bar";
import { percent, px } from "../../ui/format";
import { useExamples, useView } from "../context";
import { relevanceTitle } from "../state/words";
import { AnswerBar } from "./answer_bar";

/** Number of pictures in a row, and their size in pixels. */
const PICTURES = { n: 3, size: 44 };

interface RowProps {
  place: number;
  component: number;
  audit: ClassAudit;
  width: number;
  height: number;
  fast: boolean;
}

export function Row({ place, component, audit, width, height, fast }: RowProps) {
  const { table, id } = useView();
  const card = useCard(component, fast);
  const name = card?.name ?? `${audit.layer}:${component}`;
  const selected = table.selection.names.value.has(name);
  const elsewhere = table.focus.pointing.hovered.value;
  const kinds = {
    selected,
    active: table.focus.active.value === place,
    opened: table.opened.current.value?.component === component,
    pointed: elsewhere?.component === component && elsewhere.layer === audit.layer,
    ablated: table.ablation.names.value.has(name),
  };
  const was = verdictBefore(audit, table.before.audit.value, component);
  const given = Object.entries(kinds).flatMap(([kind, is]) => (is ? [`slw-${kind}`] : []));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the focus and takes the keys for its rows.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row.
    // biome-ignore lint/a11y/useSemanticElements: a table cannot leave out the rows that are scrolled away.
    <div
      id={`${id}row${place}`}
      role="gridcell"
      aria-colindex={1}
      aria-selected={selected}
      class={["slw-audit-row", ...given].join(" ")}
      style={{ width: px(width), height: px(height) }}
      onClick={(event) => table.select(place, selectMode(event))}
      onDblClick={() => table.focus.openPlace(place)}
      onPointerEnter={() => table.focus.pointing.hover({ layer: audit.layer, component })}
      onPointerLeave={() => table.focus.pointing.hover(null)}
    >
      <Pictures card={card} layer={audit.layer} fast={fast} />
      <span class="slw-audit-name">
        {table.labels.shown.value && <LabelInView labels={table.labels} component={component} fast={fast} />}
        <Name name={name} />
        {card !== undefined && !table.labels.shown.value && <ExampleLabels card={card} />}
      </span>
      <AnswerBar audit={audit} side="valid" component={component} />
      <AnswerBar audit={audit} side="spurious" component={component} />
      <Relevance audit={audit} component={component} />
      <span class="slw-audit-verdict">
        {was !== null && (
          <span class="slw-audit-changed-from" title={`Before: ${was}`}>
            <span class="slw-hidden">, before </span>
            <VerdictMark verdict={was} />
            <span aria-hidden="true">→</span>
          </span>
        )}
        {hasVerdicts(audit) && (
          <>
            <span class="slw-hidden">, verdict </span>
            <VerdictMark verdict={verdictOf(audit, component)} />
          </>
        )}
      </span>
      <Ablate place={place} out={kinds.ablated} />
    </div>
  );
}

function useCard(component: number, fast: boolean): Card | undefined {
  const { table } = useView();
  const attempt = table.failures.attempt.value;
  void table.cards.version.value;
  const card = table.cards.get(component);
  useEffect(() => {
    if (card === undefined && !fast) table.cards.want(component);
  }, [table, component, card, fast, attempt]);
  return card;
}

interface PicturesProps {
  card: Card | undefined;
  layer: string;
  fast: boolean;
}

function Pictures({ card, layer, fast }: PicturesProps) {
  const { table } = useView();
  const { thumbnails, key } = useExamples(layer);
  const places = Array.from({ length: PICTURES.n }, (_, i) => i);
  return (
    <span class="slw-audit-pictures">
      {card?.n_examples === 0 && <span class="slw-nothing">{deadText(card)}</span>}
      {card?.n_examples !== 0 &&
        places.map((i) => (
          <Montage
            key={`${i} ${table.failures.attempt.value}`}
            pictures={thumbnails}
            rows={card?.samples.slice(i, i + 1).map((row) => key(card.component, i, row)) ?? []}
            side={1}
            size={PICTURES.size}
            paused={fast}
          />
        ))}
    </span>
  );
}

function ExampleLabels({ card }: { card: Card }) {
  const text = card.labels.map(([label]) => label).join(" · ");
  return (
    <span class="slw-cut slw-muted" title={`Labels of its examples: ${text}`}>
      {text === "" ? "no labels" : text}
    </span>
  );
}

function Relevance({ audit, component }: { audit: ClassAudit; component: number }) {
  const share = audit.share[component] ?? 0;
  const ofMost = (part: number) => (audit.highest.share > 0 ? part / audit.highest.share : 0);
  const { low, high } = audit.shareInterval;
  const [from, to] = [ofMost(low[component] ?? Number.NaN), ofMost(high[component] ?? Number.NaN)];
  return (
    <span class="slw-audit-relevance" title={relevanceTitle(audit, component)}>
      <span class="slw-audit-share-bar">
        <Bar length={ofMost(share)} also="slw-neutral" />
        {to > from && (
          <span
            class="slw-audit-whisker"
            style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }}
          />
        )}
      </span>
      <span class="slw-hidden">, relevance </span>
      <span class="slw-number">{percent(share)}</span>
    </span>
  );
}

function Ablate({ place, out }: { place: number; out: boolean }) {
  const { table } = useView();
  if (!table.classes.known.value?.can_ablate) return <span />;
  return (
    <button
      type="button"
      tabIndex={-1}
      class={`slw-audit-ablate${out ? " slw-out" : ""}`}
      title={out ? "Put it back into the model (a)" : "Take it out of the model (a)"}
      onClick={(event) => {
        event.stopPropagation();
        table.toggleAblated(place);
      }}
    >
      {out ? "out" : "in"}
      <span class="slw-hidden">{out ? " of the model" : " the model"}</span>
    </button>
  );
}
