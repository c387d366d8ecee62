/** The steered neurons, a factor for those that are selected, and the accuracy before and after. */
import { useId, useState } from "preact/hooks";
import type { Share } from "../generated/protocol";
import { Name } from "../neurons/name";
import { Button, Link } from "../ui/buttons/button";
import { IconButton } from "../ui/buttons/icon_button";
import { counted, percent } from "../ui/format";
import { progressText } from "../ui/notes/doing";
import { usePrediction } from "./context";
import { LARGEST } from "./state/steering";

export function Steered() {
  const prediction = usePrediction();
  const { steering, traits, shown } = prediction;
  const names = Object.keys(steering.factors.value);
  const chosen = traits.selection.value;
  if (!shown.value?.has_model) return null;
  if (!prediction.canChoose)
    return <p class="slw-muted slw-prediction-note">Steering runs the model: open the notebook for it.</p>;
  return (
    <section class="slw-steered" aria-label="Steering">
      <div class="slw-heading">
        Steering{" "}
        {names.length > 0 && (
          <Link title="Every factor is 1 again" onClick={() => steering.reset()}>
            Reset
          </Link>
        )}
      </div>
      {names.length === 0 && chosen.length < 2 && (
        <p class="slw-muted">
          A slider in the table turns a neuron off (0) or up (3), and the outputs follow.
        </p>
      )}
      {chosen.length > 1 && (
        <div class="slw-steered-neuron">
          <span>{`the ${counted(chosen.length, "selected neuron")}`}</span>
          <Factor names={chosen} label="the selected neurons" />
        </div>
      )}
      {names.map((name) => (
        <div key={name} class="slw-steered-neuron">
          <Name name={name} />
          <Factor names={[name]} label={name} />
          <IconButton
            icon="close"
            label={`Give up steering ${name}`}
            onClick={() => steering.set([name], 1)}
          />
        </div>
      ))}
      {steering.caveat.value !== "" && <p class="slw-muted">{steering.caveat.value}</p>}
      {names.length > 0 && <Accuracy />}
    </section>
  );
}

interface FactorProps {
  names: readonly string[];
  label: string;
}

/** Slider of a factor. */
export function Factor({ names, label }: FactorProps) {
  const { steering } = usePrediction();
  const factors = names.map((name) => steering.factors.value[name] ?? 1);
  const factor = factors[0] ?? 1;
  const same = factors.every((each) => each === factor);
  return (
    <span class="slw-factor">
      <input
        type="range"
        min="0"
        max={LARGEST}
        step="0.1"
        value={factor}
        aria-label={`Factor of ${label}`}
        aria-valuetext={`times ${factor}`}
        title={`Factor of ${label}: 0 takes it out, 1 changes nothing`}
        onInput={(event) => steering.set(names, Number(event.currentTarget.value))}
        onDblClick={() => steering.set(names, 1)}
      />
      <span class="slw-number">{same ? `×${factor}` : "×…"}</span>
    </span>
  );
}

function Accuracy() {
  const prediction = usePrediction();
  const { accuracy, measuring } = prediction.steering;
  const { own } = prediction.shown.value ?? { own: { label: null, class_name: "" } };
  const [class_name, setClass] = useState<string | null>(null);
  const id = useId();
  const wanted = class_name ?? own.label ?? own.class_name;
  const found = accuracy.value;
  return (
    <div class="slw-accuracy">
      <span class="slw-choice">
        <label class="slw-choice-box slw-choice-class" title="A label of the images; empty for all images">
          <span class="slw-muted">Accuracy on</span>
          <input
            id={id}
            type="text"
            class="slw-select"
            value={wanted}
            placeholder="all images"
            onInput={({ currentTarget }) => setClass(currentTarget.value)}
          />
        </label>
        <Button
          disabled={measuring.value !== null}
          onClick={() => void prediction.steering.measure(wanted.trim())}
        >
          Measure
        </Button>
      </span>
      <span role="status">
        {progressText(measuring.value)}
        {found !== null &&
          `${interval(found.before)} → ${interval(found.after)}; change ${interval(found.change)} on ${counted(found.n, "image")}`}
      </span>
    </div>
  );
}

function interval({ mean, low, high }: Share): string {
  return `${percent(mean)} (${percent(low)} to ${percent(high)})`;
}
