/** Effect of the ablated neurons on the model's accuracy, beside that of as many random ones. */
import type { Accuracy } from "../generated/protocol";
import { Button, Link } from "../ui/buttons/button";
import { counted, percent } from "../ui/format";
import { useView } from "./context";
import { ProgressBar } from "./progress_bar";
import { accuracyTitle, points } from "./state/words";

/** Classes whose accuracy changes most. */
const CHANGED = 12;

export function AblationBar() {
  const { table } = useView();
  const names = table.traits.ablated.value;
  if (names.length === 0) return null;
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
    </section>
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
  if (measured === null) return <Button onClick={() => void ablation.measure()}>Measure the accuracy</Button>;
  const { overall, classes, className, n_draws } = measured;
  const own = classes.find(({ class_name }) => class_name === className);
  return (
    <span class="slw-audit-accuracies" role="status">
      {own !== undefined && <Change accuracy={own} nDraws={n_draws} />}
      <Change accuracy={overall} nDraws={n_draws} />
      <details class="slw-audit-changed">
        <summary>by class</summary>
        <Changed classes={classes} nDraws={n_draws} />
      </details>
    </span>
  );
}

function Change({ accuracy, nDraws }: { accuracy: Accuracy; nDraws: number }) {
  const { class_name, before, after, random } = accuracy;
  return (
    <span class="slw-audit-change" title={accuracyTitle(accuracy, nDraws)}>
      <span class="slw-muted slw-cut">{class_name}</span>
      <span class="slw-number">{percent(before)}</span>
      <span aria-hidden="true">→</span>
      <span class="slw-number slw-strong">{percent(after)}</span>
      {random !== null && <span class="slw-muted slw-number">{`(random ${percent(random)})`}</span>}
    </span>
  );
}

function Changed({ classes, nDraws }: { classes: readonly Accuracy[]; nDraws: number }) {
  const most = [...classes]
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before))
    .slice(0, CHANGED);
  return (
    <table class="slw-audit-by-class">
      <thead>
        <tr>
          {["class", "samples", "before", "without", "points", "random"].map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {most.map((accuracy) => (
          <tr key={accuracy.class_name} title={accuracyTitle(accuracy, nDraws)}>
            <th scope="row">{accuracy.class_name}</th>
            <td>{accuracy.n}</td>
            <td>{percent(accuracy.before)}</td>
            <td>{percent(accuracy.after)}</td>
            <td>{points(accuracy.after - accuracy.before)}</td>
            <td>{percent(accuracy.random)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
