/** One neuron of a comparison: label, alignment, the examples that it has alone, labels, classes and measures. */
import type { CompareResult } from "../generated/protocol";
import { CopyName } from "../neurons/copy_name";
import { Labels } from "../neurons/labels/labels";
import { NeuronLabel } from "../neurons/labels/neuron_label";
import { deadText, MEASURES, MeasureRow } from "../neurons/measures";
import { Name } from "../neurons/name";
import { Tile } from "../neurons/pictures/tile";
import { significant } from "../ui/format";
import { AlignmentRow } from "./alignment_bar";
import { useExamplesCompared, useView } from "./context";
import { NINE } from "./detail/samples";
import { Served } from "./detail/served";
import { Pin } from "./pin";
import { ownRanks } from "./state/comparison";
import { matchAt } from "./state/ranking";
import { exampleTitle } from "./state/words";

interface ComparedNeuronProps {
  compared: Pick<CompareResult, "neurons">;
  place: number;
  onShow: (rank: number) => void;
}

export function ComparedNeuron({ compared, place, onShow }: ComparedNeuronProps) {
  const { gallery, beside } = useView();
  const neuron = compared.neurons[place];
  if (neuron === undefined) return null;
  const { layer, detail } = neuron;
  const { card } = detail;
  const label = gallery.pins.labels.value.get(card.name);
  return (
    <section class="slw-compared-neuron" aria-label={card.name}>
      <div class="slw-compared-head">
        <Name name={card.name} />
        <CopyName name={card.name} />
        {beside === undefined && <Pin name={card.name} />}
      </div>
      {gallery.traits.vocabulary_info.value !== null && (
        <NeuronLabel label={label} clearAbove={gallery.labels.summary.value?.clear_above} />
      )}
      <Alignment layer={layer} component={card.component} />
      {card.n_examples === 0 ? (
        <span class="slw-muted">{deadText(card)}</span>
      ) : (
        <Own compared={compared} place={place} onShow={onShow} />
      )}
      <Labels labels={card.labels} />
      <MeasureRow measures={MEASURES.slice(0, 3)} card={card} />
      <Served classes={detail.classes} />
    </section>
  );
}

/** The alignment with the present query, which is known for the layer of the gallery. */
function Alignment({ layer, component }: { layer: string; component: number }) {
  const ranking = useView().gallery.order.ranking.value;
  const place = ranking?.layer === layer ? ranking.order.indexOf(component) : -1;
  const match = ranking === null || place < 0 ? null : matchAt(ranking, place);
  return ranking === null || match === null ? null : <AlignmentRow match={match} ranking={ranking} />;
}

function Own({ compared, place, onShow }: ComparedNeuronProps) {
  const neuron = compared.neurons[place];
  const { thumbnails, key } = useExamplesCompared(place, neuron?.layer ?? "");
  const ranks = ownRanks(compared, place);
  if (neuron === undefined) return null;
  if (ranks.length === 0) return <span class="slw-muted">Every example is shared.</span>;
  const { card, examples } = neuron.detail;
  return (
    <div>
      <div class="slw-muted">
        {ranks.length === examples.length
          ? "Its examples"
          : `Its own examples, ${ranks.length} of ${examples.length}`}
      </div>
      <div class="slw-nine">
        {ranks.slice(0, NINE).map((rank) => {
          const example = examples[rank];
          return (
            example !== undefined && (
              <Tile
                key={example.sample}
                pictures={thumbnails}
                row={key(card.component, rank, example.row)}
                label={example.label ?? "–"}
                title={exampleTitle(rank, example.score, example.label, example.name)}
                large
                onShow={() => onShow(rank)}
              >
                {significant(example.score)}
              </Tile>
            )
          );
        })}
      </div>
    </div>
  );
}
