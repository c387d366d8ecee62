/** Effect of the ablated neurons on the model's accuracy, beside that of as many random ones. */
import { type ClassAudit, hasVerdicts } from "../../audits/class_audit";
import { Button, Link } from "../../ui/buttons/button";
import { download } from "../../ui/download";
import { count, counted } from "../../ui/format";
import { useView } from "../context";
import { ProgressBar } from "../progress_bar";
import { ByClass, Changes } from "./accuracies";
import { Agreement } from "./agreement";

export function AblationBar({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const names = table.traits.ablated.value;
  const suspects = table.classes.known.value?.can_ablate ? audit.suspects : [];
  if (names.length === 0) return hasVerdicts(audit) ? <Suspects audit={audit} suspects={suspects} /> : null;
  return (
    <section class="slw-audit-ablation" aria-label="Accuracy without the neurons">
      <span
        class="slw-strong"
        title={names.slice(0, 20).join(", ")}
      >{`Without ${counted(names.length, "neuron")}`}</span>
      <Measured />
      <Link title="Put all neurons back into the model" onClick={() => table.ablation.clear()}>
        Put back
      </Link>
      <Limits audit={audit} />
    </section>
  );
}

/** Offers to take out what the class should not rest on, before anything is out. */
function Suspects({ audit, suspects }: { audit: ClassAudit; suspects: readonly string[] }) {
  const { ablation } = useView().table;
  const names = suspects.slice(0, 20).join(", ");
  return (
    <section class="slw-audit-suspects" aria-label="Next steps">
      {suspects.length > 0 && (
        <>
          <Button
            title={`Test the model's accuracy without them: ${names}${suspects.length > 20 ? ", …" : ""}`}
            onClick={() => ablation.takeOut(suspects)}
          >
            {`Take out ${count(suspects.length)} spurious and ambiguous`}
          </Button>
          <SampleList audit={audit} />
        </>
      )}
      <Agreement audit={audit} />
    </section>
  );
}

/** Says where pruning ends, beside the list of samples that the way on needs. */
function Limits({ audit }: { audit: ClassAudit }) {
  return (
    <p class="slw-audit-pruning slw-muted">
      <span title="Dreyer et al. 2025, Mechanistic understanding and validation of large AI models with SemanticLens, figure 4">
        Pruning leaves much of an artefact's influence in the neurons that remain; training again without the
        samples that show it removes it.
      </span>
      {audit.suspects.length > 0 && <SampleList audit={audit} />}
    </p>
  );
}

function SampleList({ audit }: { audit: ClassAudit }) {
  const { table } = useView();
  const save = async () => {
    const name = `samples_${audit.className}_${audit.layer}.csv`;
    download(new Blob([await table.suspectSamples(audit)], { type: "text/csv" }), name);
  };
  const onFailure = (error: unknown) => table.failures.report("The samples could not be listed", error);
  return (
    <Link
      title={`Samples of ${audit.className} that drive its spurious and ambiguous neurons, as CSV: look at them, and leave them out when you train again`}
      onClick={() => void save().catch(onFailure)}
    >
      Save their samples
    </Link>
  );
}

function Measured() {
  const { ablation } = useView().table;
  const measured = ablation.measured.value;
  if (ablation.waiting.value)
    return (
      <ProgressBar
        label="Measuring the accuracy"
        waiting="measuring the accuracy"
        progress={ablation.progress.value}
        onStop={() => ablation.stop()}
      />
    );
  if (measured === null)
    return (
      <span class="slw-audit-accuracies">
        <Button onClick={() => void ablation.measure()}>Measure the accuracy</Button>
        <Threshold />
      </span>
    );
  const { overall, classes, className, n_draws } = measured;
  const own = classes.find(({ class_name }) => class_name === className);
  // An only class has the accuracy of all.
  const shown = classes.length === 1 && own !== undefined ? [own] : [own, overall];
  return (
    <span class="slw-audit-accuracies" role="status">
      {shown.map(
        (accuracy) => accuracy && <Changes key={accuracy === own} accuracy={accuracy} nDraws={n_draws} />,
      )}
      <Threshold />
      <ByClass classes={classes} nDraws={n_draws} />
    </span>
  );
}

/** Shown where it may matter: once it is set, or after a failure. */
function Threshold() {
  const { ablation, traits } = useView().table;
  const threshold = traits.decision_threshold.value;
  if (threshold === null && !ablation.failed.value) return null;
  return (
    <label
      class="slw-audit-limit"
      title="Outputs that are judged one by one say yes above it: 0.5 for probabilities, 0 for logits"
    >
      <span class="slw-muted">yes above</span>
      <input
        type="number"
        class="slw-audit-number"
        aria-label="Threshold of the outputs"
        step="any"
        value={threshold ?? ""}
        placeholder="0"
        onChange={({ currentTarget: { value } }) =>
          ablation.setThreshold(value === "" ? null : Number(value))
        }
      />
    </label>
  );
}
