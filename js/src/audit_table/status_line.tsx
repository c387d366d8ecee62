/** Status line of the audit, its footer, and its messages for screen readers. */

import type { Judgement } from "../audits/judgement";
import { count, counted, percent } from "../ui/format";
import { useView } from "./state/context";
import { announcement } from "./state/words";

export function StatusLine() {
  return (
    <div class="slw-status">
      <Outcome />
      <Doing />
    </div>
  );
}

/** Shows what the verdicts are based on, and the threshold. */
export function Outcome() {
  const { table } = useView();
  const judgement = table.judgement.value;
  const computed = table.classes.known.value?.state === "computed";
  return judgement !== null && computed ? <Summary judgement={judgement} /> : null;
}

function Summary({ judgement }: { judgement: Judgement }) {
  const { table } = useView();
  const shown = table.order.value.length;
  const neurons = counted(judgement.n, "neuron");
  const method = methodName(table.classes.known.value?.method ?? "");
  const about = `relevance by ${method} over ${counted(judgement.n_samples, "sample")}`;
  return (
    <>
      <span class="slw-strong">
        {shown === judgement.n ? neurons : `${counted(shown, "of", "of")} ${neurons}`}
      </span>
      <span class="slw-muted slw-cut" title={about}>
        {about}
      </span>
      <Threshold />
    </>
  );
}

function methodName(method: string): string {
  return method === "lrp" ? "LRP" : method.replaceAll("_", " ");
}

function Threshold() {
  const { table } = useView();
  const judge = (input: HTMLInputElement) => {
    const threshold = Number(input.value);
    if (input.value !== "" && threshold > 0) table.judgeFrom(threshold);
  };
  return (
    <label
      class="slw-audit-limit slw-audit-threshold"
      title="A neuron answers to a concept from this many standard deviations above unrelated words on"
    >
      <span class="slw-muted">answers from</span>
      <input
        type="number"
        class="slw-audit-number"
        aria-label="Least z-score of an answer"
        min={0.25}
        step={0.25}
        disabled={table.status.value === "kept"}
        value={table.traits.threshold.value}
        onInput={(event) => judge(event.currentTarget)}
      />
      <span class="slw-muted">σ</span>
    </label>
  );
}

export function Doing() {
  const { table } = useView();
  const progress = table.labels.progress.value;
  if (progress !== null && progress.total > 0)
    return <span class="slw-doing">{`${progress.what} ${percent(progress.done / progress.total)}`}</span>;
  // The attribution shows its own progress.
  if (table.classes.computing.value !== null) return null;
  return table.status.value === "busy" ? <span class="slw-doing">kernel busy …</span> : null;
}

/** Live region: the result of the class, and the row that the arrow keys reached. */
export function LiveRegion() {
  const { table } = useView();
  const judgement = table.judgement.value;
  const said = judgement === null ? "" : announcement(judgement, table.traits.max_spurious.value);
  return (
    <div class="slw-hidden" role="status" aria-live="polite">
      {table.judging.conceptError.value === null && said}
    </div>
  );
}

export function Footer() {
  const { table } = useView();
  const { foundation_model, caveat, selection } = table.traits;
  const about = caveat.value === "" ? foundation_model.value : `${foundation_model.value}: ${caveat.value}`;
  return (
    <div class="slw-footer">
      <span class="slw-cut" title={`Neurons and concepts are compared by ${about}`}>
        {foundation_model.value}
        {caveat.value !== "" && <span class="slw-caveat"> · {caveat.value}</span>}
      </span>
      {selection.value.length > 0 && (
        <span class="slw-selection">
          <span
            title={selection.value.slice(0, 20).join(", ")}
          >{`${count(selection.value.length)} selected`}</span>
          <button
            type="button"
            class="slw-link"
            title="Clear the selection (Esc)"
            onClick={() => table.selection.clear()}
          >
            Clear
          </button>
        </span>
      )}
    </div>
  );
}
