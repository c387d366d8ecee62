/** Placeholder for a table without rows: the reason and the next step. */
import { percent, px } from "../ui/format";
import { useView } from "./context";

export function NoLayers() {
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">This lens has no layers</p>
      <p>Build it again with at least one layer.</p>
    </div>
  );
}

/** The lens has its model, so that the relevance can be computed here. */
export function NotComputed() {
  const { table } = useView();
  const progress = table.classes.computing.value;
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">{`The relevance of ${table.traits.layer.value} is not computed yet`}</p>
      <p>
        Relevance is how much every neuron adds to the model's outputs; the model runs once over the images.
      </p>
      {progress === null ? (
        <button type="button" class="slw-button" onClick={() => void table.classes.compute()}>
          Compute relevance
        </button>
      ) : (
        <Computing />
      )}
    </div>
  );
}

function Computing() {
  const { classes } = useView().table;
  const { done, total, what } = classes.computing.value ?? { done: 0, total: 0, what: "" };
  const share = total === 0 ? null : done / total;
  return (
    <div class="slw-audit-waiting" role="status">
      <progress aria-label="Computing relevance" max={1} {...(share === null ? {} : { value: share })} />
      <span class="slw-number">{share === null ? `${what} …` : `${what} ${percent(share)}`}</span>
      <button type="button" class="slw-link" onClick={() => classes.stopComputing()}>
        Stop
      </button>
    </div>
  );
}

export function NoModel() {
  const { table } = useView();
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">{`The relevance of ${table.traits.layer.value} is not known`}</p>
      <p>Relevance is how much every neuron adds to the model's outputs. This lens has none for the layer:</p>
      <p>compute it with the model, or choose a layer that has it.</p>
      <button type="button" class="slw-button" onClick={() => void table.classes.ask()}>
        Look again
      </button>
    </div>
  );
}

export function NoClasses() {
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">No class was attributed</p>
      <p>Attribute the model again, with the classes that you want to audit.</p>
    </div>
  );
}

export function NoSamples({ className }: { className: string }) {
  const { focusClasses } = useView();
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">{`No sample of ${className} was attributed`}</p>
      <p>Relevance is averaged over the samples of a class, and this class has none among the images.</p>
      <button type="button" class="slw-button" onClick={focusClasses}>
        Choose another class
      </button>
    </div>
  );
}

export function NotAudited() {
  const { table } = useView();
  return (
    <div class="slw-empty">
      <p class="slw-empty-title">Nothing to show yet</p>
      <button
        type="button"
        class="slw-button"
        onClick={() =>
          void (table.classes.known.peek() === null ? table.classes.ask() : table.current.load())
        }
      >
        Try again
      </button>
    </div>
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
