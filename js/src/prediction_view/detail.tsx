/** The open neuron beside the image: its examples, of which a click explains one, and its numbers here. */
import type { Ref } from "preact";
import type { DetailResult } from "../generated/protocol";
import { DetailPane } from "../neurons/detail_pane";
import { deadText } from "../neurons/measures";
import { usualExamples } from "../neurons/pictures/example_pictures";
import { Tile } from "../neurons/pictures/tile";
import { count, exact, percent, significant } from "../ui/format";
import { usePrediction, useView } from "./context";

export function Detail({ pane }: { pane: Ref<HTMLElement> }) {
  const prediction = usePrediction();
  const { component, traits, rows, opened } = prediction;
  const chosen = component.value ?? 0;
  const found = rows.value;
  const row = [...(found?.also ?? []), ...(found?.rows ?? [])].find((one) => one.component === chosen);
  const detail = opened.detail.value;
  return (
    <DetailPane
      pane={pane}
      name={traits.component.value}
      component={chosen}
      actions={null}
      onStep={(by) => prediction.step(by)}
      onClose={() => prediction.close()}
    >
      {row !== undefined && row.label !== "" && <div class="slw-neuron-label">{row.label}</div>}
      {row !== undefined && (
        <p class="slw-muted" title={`Score ${exact(row.score)}`}>
          {`score ${significant(row.score)}`}
          {row.percentile !== null && `, higher than on ${percent(row.percentile)} of the images`}
          {`; adds ${significant(row.relevance)}`}
        </p>
      )}
      {detail === null ? <span class="slw-skeleton slw-line" /> : <Examples detail={detail} />}
    </DetailPane>
  );
}

function Examples({ detail }: { detail: DetailResult }) {
  const { prediction, examples } = useView();
  const { examples_choices, layer } = prediction.traits;
  const { thumbnails, key } = examples.shown(usualExamples(examples_choices.value), layer.value);
  const { card } = detail;
  if (detail.examples.length === 0) return <p class="slw-muted">{deadText(card)}</p>;
  return (
    <>
      <div class="slw-heading">{prediction.canChoose ? "Examples: a click explains one" : "Examples"}</div>
      <section class="slw-nine" aria-label="Examples">
        {detail.examples.map(({ row, sample, score, label, name }, rank) => (
          <Tile
            key={sample}
            pictures={thumbnails}
            row={key(card.component, rank, row)}
            label={label ?? "–"}
            title={`Explain image ${count(sample)} (${name}); score ${exact(score)}`}
            large
            {...(prediction.canChoose ? { onShow: () => prediction.chooseSample(sample) } : {})}
          >
            {significant(score)}
          </Tile>
        ))}
      </section>
    </>
  );
}
