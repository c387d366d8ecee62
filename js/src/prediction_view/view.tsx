/** View of one prediction: the image with its places, outputs and steering, and the components that fire on it. */
import { useEffect, useRef } from "preact/hooks";
import type { Order } from "../generated/protocol";
import type { PredictionViewTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { Footer } from "../neurons/footer";
import { Frame } from "../neurons/frame";
import { LayerMenu } from "../neurons/layer_menu";
import { viewPictures } from "../neurons/pictures/example_pictures";
import { QUERY_INPUT, QueryBox } from "../neurons/query/query_box";
import { Menu } from "../ui/buttons/menu";
import { percent, significant } from "../ui/format";
import { Doing } from "../ui/notes/doing";
import { useNarrowFocus } from "../ui/state/narrow_focus";
import { whileAlive } from "../ui/state/synced";
import { draw } from "../ui/view_context";
import { Choices } from "./choices";
import { usePrediction, useView, ViewContext } from "./context";
import { Detail } from "./detail";
import { ExplainedImage } from "./image";
import { Outputs } from "./outputs";
import { Rows } from "./rows";
import { PredictionState } from "./state/state";
import { Steered } from "./steered";
import "./prediction_view.css";

const KEYS = {
  "On the image": [
    ["arrows", "From place to place: the neurons that fire there"],
    ["Esc", "Back to the neurons of the whole image"],
  ],
  "In the table": [
    ["arrows", "From neuron to neuron"],
    ["Enter", "Shows where it fires, and its examples"],
  ],
} as const;

const ORDERS: Readonly<Record<Order, string>> = {
  relevance: "what it adds",
  difference: "the difference",
  percentile: "how unusual it is",
  score: "score",
  alignment: "the query",
};

let views = 0;

/** Draws a prediction into `el` until `signal` aborts. */
export function showPredictionView(props: ViewProps<PredictionViewTraits>): PredictionState {
  const { el, kernel, link, signal } = props;
  const prediction = new PredictionState(props);
  const explain = (sample: number) => {
    prediction.chooseSample(sample);
    el.scrollIntoView({ block: "nearest" });
  };
  const leave = () => link?.explainers.delete(explain);
  whileAlive(signal, () => {
    leave();
    if (prediction.traits.linked.value.includes("sample")) link?.explainers.add(explain);
  });
  signal.addEventListener("abort", leave);
  const { examples } = viewPictures(kernel, signal, prediction.failures);
  views += 1;
  const view = { prediction, examples: examples(), id: `slw-prediction${views}-` };
  draw(
    <ViewContext.Provider value={view}>
      <Frame
        shown={prediction}
        keys={KEYS}
        focusSearch={() => el.querySelector<HTMLInputElement>(QUERY_INPUT)?.select()}
        drop={
          <>
            <span>Drop the image here to explain it</span>
            <span>or here to contrast with it</span>
          </>
        }
        onFile={(file, isLeft) => void prediction.useFile(file, !isLeft)}
        head={<Head />}
      >
        <Body />
        <Footer
          traits={prediction.traits}
          compared="Neurons and words"
          onClear={() => prediction.clearSelection()}
        />
      </Frame>
    </ViewContext.Provider>,
    el,
    signal,
  );
  return prediction;
}

function Head() {
  const { prediction, id } = useView();
  const { shown, traits, by } = prediction;
  const contrasted = shown.value?.contrast != null;
  const orders = Object.entries(ORDERS)
    .filter(
      ([key]) => (key !== "difference" || contrasted) && (key !== "alignment" || prediction.hasQuery.value),
    )
    .map(([value, name]) => ({ value, name }));
  return (
    <>
      <search class="slw-toolbar">
        {prediction.canChoose ? (
          <LayerMenu traits={traits} onChoose={(layer) => prediction.chooseLayer(layer)} />
        ) : (
          <span class="slw-strong slw-cut">{traits.layer.value}</span>
        )}
        {prediction.canChoose ? (
          <QueryBox
            query={prediction.query}
            placeholder="Order the neurons by words"
            drops={false}
            invalid={false}
            id={id}
            onLeave={() => undefined}
            examples={[]}
          />
        ) : (
          <span />
        )}
        <Menu
          label="Order by"
          named
          title="The order of the neurons"
          value={by.value}
          options={orders}
          onChoose={(key) => prediction.chooseOrder(key as Order)}
        />
      </search>
      <div class="slw-status" id={`${id}status`} role="status">
        <Said />
        <Doing
          progress={prediction.awaited.value ? { done: 0, total: 1, what: "explaining" } : null}
          status={prediction.status.value}
        />
      </div>
    </>
  );
}

/** The prediction in words. */
function Said() {
  const shown = usePrediction().shown.value;
  if (shown === null) return null;
  const { own, contrast, outputs } = shown;
  const top = outputs[0];
  const known = top?.probability == null ? "" : ` ${percent(top.probability)}`;
  const against = contrast === null ? "" : `, against ${named(contrast, own.class_name)}`;
  return (
    <>
      <span class="slw-strong slw-cut">{`Predicted: ${top?.name}${known}`}</span>
      <span class="slw-muted slw-cut">
        {`explained: ${own.class_name}${own.output === null ? "" : ` (output ${significant(own.output)})`}${against}`}
      </span>
    </>
  );
}

function named({ class_name, sample }: { class_name: string; sample: number | null }, own: string): string {
  if (class_name !== own) return class_name;
  return sample === null ? "another image" : `image ${sample}`;
}

function Body() {
  const prediction = usePrediction();
  const { shown, component, awaited } = prediction;
  const body = useRef<HTMLDivElement>(null);
  const pane = useRef<HTMLElement>(null);
  const opened = component.value !== null;
  const last = useRef(component.value);
  last.current = component.value ?? last.current;
  const row = () => body.current?.querySelector<HTMLElement>(`[data-component="${last.current}"]`);
  useNarrowFocus(body, pane, opened, () => row()?.focus());
  useEffect(() => {
    const below = row()?.closest("tr")?.getBoundingClientRect().bottom;
    const above = pane.current?.getBoundingClientRect().top;
    // Details at the bottom of a narrow view may lie on their row.
    if (below && above && below > above) body.current?.scrollBy({ top: below - above });
  }, [component.value]);
  if (shown.value === null) return <div class="slw-body" />;
  return (
    <div
      ref={body}
      class={`slw-body slw-prediction${opened ? " slw-with-detail" : ""}${awaited.value ? " slw-waiting" : ""}`}
    >
      <div class="slw-progress" aria-hidden="true" />
      <div class="slw-prediction-side">
        <ExplainedImage />
        <Choices />
        <Outputs />
        <Steered />
        {shown.value.notes.map((note) => (
          <p key={note} class="slw-muted slw-prediction-note">
            {note}
          </p>
        ))}
      </div>
      <Rows />
      {opened && <Detail pane={pane} />}
    </div>
  );
}
