/** Placeholders for a table without rows: the reason and the next step. */
import { Button } from "../ui/buttons/button";
import { px } from "../ui/format";
import { Empty } from "../ui/notes/empty";
import { useView } from "./context";
import { ProgressBar } from "./progress_bar";

/** The lens has its model, so that the relevance can be computed here. */
export function NotComputed() {
  const { classes, traits } = useView().table;
  const progress = classes.computing.value;
  return (
    <Empty title={`The relevance of ${traits.layer.value} is not computed yet`}>
      <p>
        Relevance is how much every neuron adds to the model's outputs; the model runs once over the images.
      </p>
      {progress === null ? (
        <Button onClick={() => void classes.compute()}>Compute relevance</Button>
      ) : (
        <ProgressBar
          label="Computing relevance"
          waiting={progress.what}
          progress={progress}
          onStop={() => classes.stopComputing()}
        />
      )}
    </Empty>
  );
}

export function NoModel() {
  const { table } = useView();
  return (
    <Empty title={`The relevance of ${table.traits.layer.value} is not known`}>
      <p>Relevance is how much every neuron adds to the model's outputs. This lens has none for the layer:</p>
      <p>compute it with the model, or choose a layer that has it.</p>
      <Button onClick={() => void table.classes.ask()}>Look again</Button>
    </Empty>
  );
}

export function NoClasses() {
  return (
    <Empty title="No class was attributed">
      <p>Attribute the model again, with the classes that you want to audit.</p>
    </Empty>
  );
}

export function NoSamples({ className }: { className: string }) {
  const { focusClasses } = useView();
  return (
    <Empty title={`No sample of ${className} was attributed`}>
      <p>Relevance is averaged over the samples of a class, and this class has none among the images.</p>
      <Button onClick={focusClasses}>Choose another class</Button>
    </Empty>
  );
}

export function NotAudited() {
  const { classes, current } = useView().table;
  const again = () => (classes.known.peek() === null ? classes.ask() : current.load());
  return (
    <Empty title="Nothing to show yet">
      <Button onClick={() => void again()}>Try again</Button>
    </Empty>
  );
}

export function Loading() {
  return (
    <div class="slw-audit-loading" role="status" aria-label="Loading the audit">
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} class="slw-audit-row" style={{ height: px(56) }}>
          <span class="slw-skeleton slw-line" style={{ width: "100%" }} />
        </div>
      ))}
    </div>
  );
}
