/** A neuron's label as one line: bold where it is beyond chance, plain where it is clear only, and that there is none. */
import { exact, percent } from "./format";
import type { NeuronLabel as Label } from "./neuron";

export const NO_LABEL = "no clear label";
/** Where an alignment is drawn in full colour, a label is in bold. */
const BEYOND_CHANCE = 0.95;

interface NeuronLabelProps {
  /** Undefined until it is here. */
  label: Label | undefined;
  clearAbove: number | undefined;
}

export function NeuronLabel({ label, clearAbove }: NeuronLabelProps) {
  if (label === undefined) {
    return (
      <span class="slw-neuron-label">
        <span class="slw-skeleton slw-line" style={{ width: "50%" }} />
      </span>
    );
  }
  const none = label.label === "";
  const kind = none ? " slw-unclear" : (label.chance ?? 0) >= BEYOND_CHANCE ? " slw-beyond-chance" : "";
  return (
    <span class={`slw-neuron-label${kind}`} title={neuronLabelTitle(label, clearAbove)}>
      {none ? NO_LABEL : label.label}
    </span>
  );
}

/** The label, the text after it, and what both are worth. */
export function neuronLabelTitle(label: Label, clearAbove: number | undefined): string {
  if (label.best === "") return "It has no examples, so it has no label";
  const lines = [label.label === "" ? `No clear label; the nearest text is ${label.best}` : label.label];
  if (label.runner_up !== "") lines.push(`Runner-up ${label.runner_up}, ${exact(label.margin)} behind`);
  lines.push(
    zScoreText(label, clearAbove),
    `Clearer than ${percent(label.chance)} of random groups of photos`,
  );
  if (label.shares.length > 1)
    lines.push(`Groups of its examples: ${label.shares.map(shareText).join(", ")}`);
  return lines.join("\n");
}

function zScoreText({ null_z_score }: Label, clearAbove: number | undefined): string {
  const from = clearAbove === undefined ? "" : ` (clear from ${exact(clearAbove)})`;
  return `${exact(null_z_score)} standard deviations above unrelated words${from}`;
}

function shareText([text, share]: [string, number]): string {
  return `${text} ${percent(share)}`;
}
