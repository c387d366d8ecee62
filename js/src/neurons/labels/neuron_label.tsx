/** Label of a neuron on one line, or a note that none is clear. */

import { useEffect } from "preact/hooks";
import type { NeuronLabel as Label } from "../../generated/protocol";
import { exact, percent } from "../../ui/format";
import type { NeuronLabels } from "./neuron_labels";

export const NO_LABEL = "no clear label";

interface NeuronLabelProps {
  /** Undefined until it arrives. */
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
  return (
    <span class={`slw-neuron-label${none ? " slw-unclear" : ""}`} title={neuronLabelTitle(label, clearAbove)}>
      {none ? NO_LABEL : label.label}
      {differs(label) && <span class="slw-differs"> ≠</span>}
    </span>
  );
}

/** Describes the label, the runner-up and their confidence. */
export function neuronLabelTitle(label: Label, clearAbove: number | undefined): string {
  if (label.best === "") return "It has no examples, so it has no label";
  const lines = [label.label === "" ? `No clear label; the nearest text is ${label.best}` : label.label];
  if (label.runner_up !== "") lines.push(`Runner-up ${label.runner_up}, ${exact(label.margin)} behind`);
  if (label.null_z_score !== null)
    lines.push(
      zScoreText(label, clearAbove),
      `Clearer than ${percent(label.chance)} of random groups of photos${clearAbove === undefined ? "" : " (clear from 95 %)"}`,
    );
  if (label.shares.length > 1)
    lines.push(`Groups of its examples: ${label.shares.map(shareText).join(", ")}`);
  lines.push(...label.methods.map(methodText));
  return lines.join("\n");
}

/** Returns whether another method has a label that disagrees with this one. */
export function differs({ methods }: Label): boolean {
  return methods.some(({ agrees }) => agrees === false);
}

/** Describes the label of one method: "≠ tool: airship". */
export function methodText({ method, label, agrees }: Label["methods"][number]): string {
  return `${agrees === false ? "≠ " : ""}${method}: ${label || NO_LABEL}`;
}

function zScoreText({ null_z_score }: Label, clearAbove: number | undefined): string {
  const from = clearAbove === undefined ? "" : ` (clear from ${exact(clearAbove)})`;
  return `${exact(null_z_score)} standard deviations above unrelated words${from}`;
}

function shareText([text, share]: [string, number]): string {
  return `${text} ${percent(share)}`;
}

interface LabelInViewProps {
  labels: NeuronLabels;
  component: number;
  /** While true nothing is requested: the grid is scrolling fast. */
  fast: boolean;
}

/** A neuron's label in a virtual grid, requested when it comes into view. */
export function LabelInView({ labels, component, fast }: LabelInViewProps) {
  const version = labels.version.value;
  const label = labels.get(component);
  useEffect(() => {
    if (label === undefined && !fast) labels.want(component);
  }, [labels, component, label, fast, version]);
  return <NeuronLabel label={label} clearAbove={labels.summary.value?.clear_above} />;
}
