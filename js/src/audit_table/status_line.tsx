/** Status line of the audit, its footer, and its messages for screen readers. */

import type { ClassAudit } from "../audits/class_audit";
import { WITHIN_SAMPLES } from "../generated/constants";
import { Footer as NeuronsFooter } from "../neurons/footer";
import { counted } from "../ui/format";
import { Doing as DoingNote } from "../ui/notes/doing";
import { useView } from "./context";
import { aboveChance, announcement, withinTitle } from "./state/words";

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
  const audit = table.audit.value;
  const computed = table.classes.known.value?.state === "computed";
  return audit !== null && computed ? <Summary audit={audit} /> : null;
}

function Summary({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const shown = table.order.value.length;
  const neurons = counted(audit.n, "neuron");
  const method = methodName(table.classes.known.value?.method ?? "");
  const about = `relevance by ${method} over ${counted(audit.n_samples, "sample")}`;
  return (
    <>
      <span class="slw-strong">
        {shown === audit.n ? neurons : `${counted(shown, "of", "of")} ${neurons}`}
      </span>
      <span class="slw-muted slw-cut" title={about}>
        {about}
      </span>
      <Within audit={audit} />
      <Threshold audit={audit} />
    </>
  );
}

function methodName(method: string): string {
  return method === "lrp" ? "LRP" : method.replaceAll("_", " ");
}

/** Judges by the samples of the class too; without the model it says whether the table does. */
function Within({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const within = table.traits.within_class.value;
  const tooFew = audit.n_samples < WITHIN_SAMPLES;
  const title = withinTitle(audit);
  if (!table.classes.known.value?.can_ablate)
    return within ? (
      <span class="slw-muted" title={title}>
        judged within the class too
      </span>
    ) : null;
  return (
    <label class="slw-audit-limit slw-audit-within" title={title}>
      <input
        type="checkbox"
        checked={within}
        onChange={(event) => table.judgeWithin(event.currentTarget.checked)}
      />
      <span class="slw-muted">within the class too{within && tooFew && ": too few samples"}</span>
    </label>
  );
}

function Threshold({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const bar = aboveChance(audit.bar);
  const apply = (input: HTMLInputElement) => {
    const threshold = Number(input.value);
    if (input.value !== "" && threshold > 0) table.setThreshold(threshold);
  };
  return (
    <label
      class="slw-audit-limit slw-audit-threshold"
      title={`A neuron answers to a concept if it aligns with it better than ${bar} of random groups of images do, and by at least this many standard deviations better than with unrelated words`}
    >
      <span class="slw-muted">
        answers<span class="slw-audit-chance"> above {bar} of random groups,</span> from
      </span>
      <input
        type="number"
        class="slw-audit-number"
        aria-label="Threshold of the z-score"
        min={0.25}
        step={0.25}
        disabled={table.status.value === "kept"}
        value={table.traits.threshold.value}
        onInput={(event) => apply(event.currentTarget)}
      />
      <span class="slw-muted">deviations</span>
    </label>
  );
}

export function Doing() {
  const { classes, doing, status } = useView().table;
  // The attribution shows its own progress.
  const shown = classes.computing.value === null ? status.value : "ready";
  return <DoingNote progress={doing.value} status={shown} />;
}

/** Live region: the result of the class, and the row that the arrow keys reached. */
export function LiveRegion() {
  const { table } = useView();
  const audit = table.audit.value;
  const said = audit === null ? "" : announcement(audit, table.traits.max_spurious.value);
  return (
    <div class="slw-hidden" role="status" aria-live="polite">
      {table.current.conceptError.value === null && said}
    </div>
  );
}

export function Footer() {
  const { table } = useView();
  const clear = () => table.selection.clear();
  return <NeuronsFooter traits={table.traits} compared="Neurons and concepts" onClear={clear} />;
}
