/** One line under the bar: how many neurons, the best one, and whether to believe it; and the footer. */
import { counted, percent, significant } from "../ui/format";
import { Icon } from "../ui/icons";
import { QueryError } from "../ui/messages";
import { useView } from "./context";
import { bestMatch, type Ranking } from "./ranking";
import { announcement, labelling, labellingTitle, SORTS, weakness } from "./words";

export function StatusLine() {
  const { gallery, id } = useView();
  const ranking = gallery.ranking.value;
  const error = gallery.queryError.value;
  return (
    <div class="slw-status" id={`${id}status`}>
      {error === null ? ranking !== null && <Summary ranking={ranking} /> : <QueryError error={error} />}
      <Doing />
    </div>
  );
}

function Summary({ ranking }: { ranking: Ranking }) {
  const best = bestMatch(ranking);
  return (
    <>
      <span class="slw-strong">{counted(ranking.n, "neuron")}</span>
      {best === undefined ? <OrderOf ranking={ranking} /> : <Best ranking={ranking} best={best} />}
      {ranking.weak && <Weak ranking={ranking} />}
    </>
  );
}

function OrderOf({ ranking }: { ranking: Ranking }) {
  const { sort } = useView().gallery.traits;
  const by = sort.value === "alignment" ? "component" : sort.value;
  return <span class="slw-muted slw-cut">{ranking.n > 0 && `by ${SORTS[by].toLowerCase()}`}</span>;
}

function Best({ ranking, best }: { ranking: Ranking; best: { component: number; alignment: number } }) {
  const { gallery } = useView();
  const name = ranking.best;
  const strength =
    ranking.strength === null ? "" : `; better than ${percent(ranking.strength)} of unrelated words reach`;
  return (
    <span class="slw-best">
      <span class="slw-muted">best</span>
      <span class="slw-number" title={`Alignment ${best.alignment}${strength}`}>
        {significant(best.alignment)}
      </span>
      <button
        type="button"
        class="slw-link slw-cut"
        title={`Open ${name}`}
        onClick={() => gallery.openComponent(best.component)}
      >
        {name}
      </button>
    </span>
  );
}

function Weak({ ranking }: { ranking: Ranking }) {
  const why = weakness(ranking);
  return (
    <span class="slw-weak-match" title={why}>
      <span class="slw-weak">
        <Icon name="warning" />
        weak match
      </span>
      <span class="slw-muted slw-cut">{why}</span>
    </span>
  );
}

function Doing() {
  const { gallery } = useView();
  const progress = gallery.progress.value ?? gallery.labels.progress.value;
  if (progress !== null && progress.total > 0) {
    const share = Math.round((100 * progress.done) / progress.total);
    return <span class="slw-doing">{`${progress.what} ${share} %`}</span>;
  }
  return gallery.status.value === "busy" ? <span class="slw-doing">kernel busy …</span> : null;
}

/** Told to screen readers when the order has changed. */
export function LiveRegion() {
  const { gallery } = useView();
  const ranking = gallery.ranking.value;
  const said = gallery.queryError.value ?? (ranking === null ? "" : announcement(ranking));
  return (
    <div class="slw-hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

export function Footer() {
  const { gallery } = useView();
  const { foundation_model, caveat, selection, vocabulary_info } = gallery.traits;
  const named = gallery.labels.named.value;
  const about = caveat.value === "" ? foundation_model.value : `${foundation_model.value}: ${caveat.value}`;
  return (
    <div class="slw-footer">
      <span class="slw-cut" title={`Neurons and queries are compared by ${about}`}>
        {foundation_model.value}
        {caveat.value !== "" && <span class="slw-caveat"> · {caveat.value}</span>}
      </span>
      {vocabulary_info.value !== null && named !== null && (
        <span class="slw-labelling slw-cut" title={labellingTitle(vocabulary_info.value, named)}>
          {labelling(named)}
        </span>
      )}
      {selection.value.length > 0 && (
        <span class="slw-selection">
          <span title={selection.value.slice(0, 20).join(", ")}>{`${selection.value.length} selected`}</span>
          <button
            type="button"
            class="slw-link"
            title="Clear the selection (Esc)"
            onClick={() => gallery.selection.clear()}
          >
            Clear
          </button>
        </span>
      )}
    </div>
  );
}
