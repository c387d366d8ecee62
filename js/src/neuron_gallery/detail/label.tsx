/** Confidence of the open neuron's label, and the label of each group of its examples. */

import { useEffect } from "preact/hooks";
import type { NeuronLabel as LabelInfo } from "../../generated/protocol";
import { methodText, NO_LABEL } from "../../neurons/labels/neuron_label";
import { Fact } from "../../ui/fact";
import { exact, percent, significant } from "../../ui/format";
import { useView } from "../context";
import { BarRow } from "./bar_row";

/** Returns the label of a neuron, requested when it is first shown; undefined until it arrives. */
export function useLabel(component: number): LabelInfo | undefined {
  const { labels } = useView().gallery;
  void labels.version.value;
  const label = labels.get(component);
  useEffect(() => {
    if (label === undefined) labels.want(component);
  }, [labels, component, label]);
  return label;
}

export function LabelWorth({ component }: { component: number }) {
  const { labels } = useView().gallery;
  const label = useLabel(component);
  if (!labels.shown.value || label === undefined || label.best === "") return null;
  return (
    <div class="slw-label-worth">
      <div class="slw-heading">Label</div>
      <Worth label={label} clearAbove={labels.summary.value?.clear_above} />
      {label.shares.length > 1 && <Shares shares={label.shares} />}
      {label.methods.length > 1 && <Methods methods={label.methods} />}
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
      {label.margin !== null && (
        <Fact name="Margin" title={`${exact(label.margin)}: lead over the runner-up (cosine)`}>
          {significant(label.margin)}
        </Fact>
      )}
      {label.null_z_score !== null && <Chance label={label} from={from} />}
    </dl>
  );
}

function Chance({ label, from }: { label: LabelInfo; from: string }) {
  return (
    <>
      <Fact
        name="Above unrelated words"
        title={`${exact(label.null_z_score)} standard deviations above unrelated words${from}`}
      >
        {`by ${significant(label.null_z_score)} standard deviations`}
      </Fact>
      <Fact
        name="Clearer than chance"
        title="As many photos drawn at random have a nearest text too; this share of such groups has a less clear one"
      >
        {`than ${percent(label.chance)} of random groups`}
      </Fact>
    </>
  );
}

/** The labels of all methods with what each is worth; "≠" marks those that disagree with the one shown. */
function Methods({ methods }: { methods: LabelInfo["methods"] }) {
  return (
    <div class="slw-methods">
      <div class="slw-heading">Methods</div>
      {methods.map((one) => (
        <div key={one.method}>
          <span class={one.agrees === false ? "slw-differs" : ""}>{methodText(one)}</span>{" "}
          <span class="slw-muted">{one.worth}</span>
        </div>
      ))}
    </div>
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
