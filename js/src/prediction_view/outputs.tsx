/** The highest outputs of the model as bars, before and after steering; a click explains one. */
import { Bar } from "../ui/bar";
import { exact, percent, significant } from "../ui/format";
import { useRoving } from "../ui/roving";
import { usePrediction } from "./context";
import type { Shown } from "./state/state";

interface Line {
  name: string;
  value: number | null;
  probability: number | null;
  yes?: boolean | null;
  /** With steered neurons. */
  after?: { value: number | null; probability: number | null } | undefined;
}

export function Outputs() {
  const prediction = usePrediction();
  const { ref, handlers } = useRoving();
  const shown = prediction.shown.value as Shown;
  const { steered, busy } = prediction.steering;
  if (!shown.has_model) return null;
  return (
    <div ref={ref} class={`slw-outputs${busy.value ? " slw-outputs-busy" : ""}`} {...handlers}>
      <div class="slw-heading">
        Outputs
        {steered.value !== null && <span class="slw-muted"> as they are, and steered</span>}
        {busy.value && <span class="slw-muted"> steering …</span>}
      </div>
      {linesOf(shown, steered.value).map((line) => (
        <Output key={line.name} line={line} explained={line.name === shown.own.class_name} />
      ))}
    </div>
  );
}

function linesOf(shown: Shown, steered: { outputs: SteeredOutputs } | null): Line[] {
  if (steered === null) return shown.outputs;
  return steered.outputs.map((one) => ({
    name: one.name,
    value: one.value_before,
    probability: one.probability_before,
    after: { value: one.value_after, probability: one.probability_after },
  }));
}

type SteeredOutputs = NonNullable<
  ReturnType<typeof usePrediction>["steering"]["steered"]["value"]
>["outputs"];

function Output({ line, explained }: { line: Line; explained: boolean }) {
  const prediction = usePrediction();
  const { name, value, probability, yes, after } = line;
  const values = after === undefined ? exact(value) : `${exact(value)}, steered ${exact(after.value)}`;
  return (
    <button
      type="button"
      class="slw-output"
      aria-pressed={explained}
      title={`Explain ${name}: output ${values}`}
      disabled={!prediction.canChoose}
      onClick={() => prediction.chooseClass(name)}
    >
      <span class="slw-cut">{name}</span>
      <span class="slw-output-number slw-number">
        {percent(probability)}
        {yes != null && (yes ? " yes" : " no")}
        {after !== undefined && <b>{` → ${percent(after.probability)}`}</b>}
      </span>
      <span class="slw-output-bars">
        <Bar length={probability ?? 0} also={after === undefined ? "" : "slw-pale"} />
        {after !== undefined && <Bar length={after.probability ?? 0} also="slw-after" />}
      </span>
      <span class="slw-hidden">{`, output ${significant(value)}`}</span>
    </button>
  );
}
