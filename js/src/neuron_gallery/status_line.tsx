/** Status line of the gallery (number of neurons, best neuron, strength of the match) and its footer. */

import type { ComponentChildren } from "preact";
import { Footer as NeuronsFooter } from "../neurons/footer";
import { Link } from "../ui/buttons/button";
import { Chip } from "../ui/buttons/chip";
import { Menu } from "../ui/buttons/menu";
import { count, counted, percent, significant } from "../ui/format";
import { Doing as DoingNote } from "../ui/notes/doing";
import { Doubt, QueryError } from "../ui/notes/messages";
import { useView } from "./context";
import { bestMatch, type Match, nameIn, type Ranking, strengthOf } from "./state/ranking";
import { alignmentTitle, announcement, keptText, labellingTitle, SORTS, weakness } from "./state/words";

export function StatusLine() {
  return (
    <div class="slw-status" id={`${useView().id}status`}>
      <Outcome />
      <Doing />
    </div>
  );
}

/** Shows the result of the query, or why it has none. */
export function Outcome() {
  const { gallery, beside } = useView();
  const ranking = gallery.order.ranking.value;
  const error = gallery.queryError.value;
  // Beside another gallery there is no room for both.
  const kept = beside === undefined && ranking !== null ? keptText(ranking) : null;
  if (error !== null) return <QueryError error={error} kept={kept} />;
  if (ranking === null) return null;
  const best = bestMatch(ranking, beside && strengthOf);
  return (
    <>
      <HowMany ranking={ranking} />
      {best === undefined ? <OrderOf ranking={ranking} /> : <Best ranking={ranking} best={best} />}
      {!gallery.query.isTyping.value && (
        <Doubt caveat={ranking.caveat} weak={ranking.weak} why={weakness(ranking)} />
      )}
    </>
  );
}

function HowMany({ ranking }: { ranking: Ranking }) {
  const { gallery } = useView();
  const narrowing = gallery.narrowing.value;
  const isChosen = gallery.traits.components.value.length > 0;
  if (!isChosen && narrowing === null) return <span class="slw-strong">{counted(ranking.n, "neuron")}</span>;
  return (
    <span class="slw-how-many">
      <span class="slw-strong">{`${count(ranking.n)} of ${counted(ranking.of, "neuron")}`}</span>
      {isChosen && <Chip text="only these" undo="Show all" onRemove={() => gallery.showChosen([])} />}
      {narrowing !== null && (
        <Chip text={narrowing.text} undo="Remove the legend's filter" onRemove={narrowing.clear} />
      )}
    </span>
  );
}

function OrderOf({ ranking }: { ranking: Ranking }) {
  const { gallery, beside } = useView();
  const { sort } = gallery.traits;
  const by = beside?.order.value ?? SORTS[sort.value === "alignment" ? "component" : sort.value];
  const said = ranking.awaited ? `not yet ordered by ${ranking.awaited}` : `by ${by.toLowerCase()}`;
  return <span class="slw-muted slw-cut">{ranking.n > 0 && said}</span>;
}

function Best({ ranking, best }: { ranking: Ranking; best: Match & { component: number } }) {
  const { gallery, beside } = useView();
  const name = nameIn(ranking, best.component);
  const strength =
    ranking.strength === null ? "" : `Better than ${percent(ranking.strength)} of unrelated words reach`;
  return (
    <span class="slw-best">
      <span class="slw-muted">best</span>
      <span class="slw-number" title={`${alignmentTitle(best)}\n${strength}`.trimEnd()}>
        {beside === undefined ? significant(best.alignment) : `z ${significant(strengthOf(best))}`}
      </span>
      {beside !== undefined && ranking.strength !== null && (
        <span class="slw-muted slw-number" title={strength}>{`${percent(ranking.strength)} of words`}</span>
      )}
      <Link
        class="slw-link slw-cut"
        title={`Open ${name}`}
        onClick={() => gallery.focus.openComponent(best.component)}
      >
        {name}
      </Link>
    </span>
  );
}

export function Doing() {
  const { gallery } = useView();
  return <DoingNote progress={gallery.busyWith.value} status={gallery.status.value} />;
}

/** Live region: announces a new order. */
export function LiveRegion() {
  const { gallery, beside } = useView();
  const ranking = gallery.order.ranking.value;
  const said =
    gallery.queryError.value ?? (ranking === null ? "" : announcement(ranking, beside && strengthOf));
  return (
    <div class="slw-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

/** Number of pinned neurons, and the way to their comparison. */
function Pinned() {
  const { pins } = useView().gallery;
  const n = pins.names.value.length;
  if (n === 0) return null;
  return (
    <span class="slw-selection">
      <span title={pins.names.value.join(", ")}>{`${n} pinned`}</span>
      {n > 1 && !pins.comparing.value && (
        <Link title="Compare the pinned neurons (c)" onClick={() => pins.compare()}>
          Compare
        </Link>
      )}
      <Link title="Unpin all" onClick={() => pins.clear()}>
        Unpin
      </Link>
    </span>
  );
}

/** Menu of the methods whose labels can be shown, hidden where there is one; a page keeps the labels of one alone. */
function LabelsMenu() {
  const { gallery } = useView();
  const { label_choices, labels_by } = gallery.traits;
  if (label_choices.value.length === 0) return null;
  const kept = gallery.status.value === "kept";
  const others = kept
    ? "this page keeps no labels of other methods: the notebook has them"
    : "≠ marks neurons that another method names otherwise";
  return (
    <Menu
      label="Labels by"
      named
      title={`The method whose labels are shown; ${others}`}
      value={labels_by.value}
      options={label_choices.value.map((value) => ({
        value,
        name: value,
        disabled: kept && value !== labels_by.value,
      }))}
      onChoose={(method) => gallery.showLabelsBy(method)}
    />
  );
}

interface FooterProps {
  /** Shown first, before the rest of the provenance. */
  children?: ComponentChildren;
  /** Replaces the number of selected neurons. */
  selected?: string | null;
  /** Offers to show the selected cards alone. */
  canShowAlone?: boolean;
}

export function Footer({ children, selected = null, canShowAlone = true }: FooterProps) {
  const { gallery } = useView();
  const { vocabulary_info } = gallery.traits;
  const summary = gallery.labels.summary.value;
  return (
    <NeuronsFooter
      traits={gallery.traits}
      compared="Neurons and queries"
      method={children}
      selected={selected}
      actions={
        canShowAlone && (
          <Link title="Show the selected neurons alone" onClick={() => gallery.showSelected()}>
            Show only these
          </Link>
        )
      }
      onClear={() => gallery.selection.clear()}
    >
      <Pinned />
      <LabelsMenu />
      {vocabulary_info.value !== null && summary !== null && (
        <span class="slw-labelling slw-cut" title={labellingTitle(vocabulary_info.value, summary)}>
          {counted(summary.n_clear, "clear label")}
        </span>
      )}
    </NeuronsFooter>
  );
}
