/** Labels of the open neuron: its label with confidence, and the label of each group of its examples. */

import type { NeuronLabel as LabelInfo } from "../../generated/protocol";
import { NeuronLabel, NO_LABEL } from "../../neurons/labels/neuron_label";
import { Fact } from "../../ui/fact";
import { exact, percent, significant } from "../../ui/format";
import { useView } from "../context";
import { BarRow } from "./bar_row";

export function Label({ component }: { component: number }) {
  const { gallery } = useView();
  const { labels } = gallery;
  void labels.version.value;
  if (!labels.shown.value) return null;
  const label = labels.get(component);
  if (label === undefined) labels.want(component);
  const clearAbove = labels.summary.value?.clear_above;
  return (
    <div class="slw-detail-label">
      <NeuronLabel label={label} clearAbove={clearAbove} />
      {label !== undefined && label.best !== "" && <Worth label={label} clearAbove={clearAbove} />}
      {label !== undefined && label.shares.length > 1 && <Shares shares={label.shares} />}
    </div>
  );
}

function Worth({ label, clearAbove }: { label: LabelInfo; clearAbove: number | undefined }) {
  const from = clearAbove === undefined ? "" : `; a label is clear from ${exact(clearAbove)}`;
  return (
    <dl class="slw-statistics">
      {label.label === "" && (
        <Fact name="Nearest" title={`Alignment ${exact(label.alignment)}`}>
          {label.best}
        </Fact>
      )}
      {label.runner_up !== "" && (
        <Fact name="Runner-up" title="The second-best text">
          {label.runner_up}
        </Fact>
      )}
      <Fact name="Margin" title={`${exact(label.margin)}: lead over the runner-up (cosine)`}>
        {significant(label.margin)}
      </Fact>
      <Fact
        name="Above unrelated words"
        title={`${exact(label.null_z_score)} standard deviations above unrelated words${from}`}
      >
        {`${significant(label.null_z_score)} σ`}
      </Fact>
      <Fact name="Above chance" title="Share of random groups of photos whose nearest text is less clear">
        {percent(label.chance)}
      </Fact>
    </dl>
  );
}

/** Adds the remainder, so that the shares sum to 1. */
function Shares({ shares }: { shares: LabelInfo["shares"] }) {
  const rest = 1 - shares.reduce((sum, [, share]) => sum + share, 0);
  return (
    <div class="slw-shares">
      <div class="slw-heading">Groups of examples</div>
      {shares.map(([text, share]) => (
        <BarRow key={text} name={text} title={shareTitle(text, share)} length={share} text={percent(share)} />
      ))}
      {rest > 0.001 && (
        <BarRow name={NO_LABEL} title={shareTitle(NO_LABEL, rest)} length={rest} text={percent(rest)} pale />
      )}
    </div>
  );
}

function shareTitle(text: string, share: number): string {
  return `${text}: ${percent(share)} of its examples`;
}
