/** Neurons side by side: how alike they are, what they share, and what each has alone. */
import type { ComponentChildren, Ref } from "preact";
import { useState } from "preact/hooks";
import type { CompareResult } from "../generated/protocol";
import { Tile } from "../neurons/pictures/tile";
import { IconButton } from "../ui/buttons/icon_button";
import { runKey } from "../ui/keys";
import { ComparedNeuron } from "./compared_neuron";
import { useExamplesCompared, useView, type View, ViewContext } from "./context";
import { groupsBeside } from "./detail/other_samples";
import { Zoom } from "./detail/zoom";
import { type SharedWord, sharedClasses, sharedExamples, sharedLabels } from "./state/comparison";

/** An example that is shown in full size. */
interface Zoomed {
  /** Of the neuron in the comparison. */
  place: number;
  rank: number;
}

interface ComparedProps {
  pane: Ref<HTMLElement>;
  /** Of the neurons. */
  names: readonly string[];
  title: ComponentChildren;
  /** Null until the answer arrives. */
  compared: Pick<CompareResult, "neurons"> | null;
  /** Section on how alike they are. */
  alike: ComponentChildren;
  /** False for neurons over different images. */
  sharesExamples: boolean;
  /** The view of each neuron, where they are of several galleries. */
  views?: readonly View[] | undefined;
  /** Further buttons of the header. */
  actions?: ComponentChildren;
  /** Actions by key. */
  keys?: Readonly<Record<string, () => void>>;
  onClose: () => void;
  onClickCapture?: (event: MouseEvent) => void;
}

export function Compared(props: ComparedProps) {
  const { pane, names, title, compared, alike, sharesExamples, actions, keys, onClose, onClickCapture } =
    props;
  const [zoomed, setZoomed] = useState<Zoomed | null>(null);
  const own = useView();
  const viewOf = (place: number) => props.views?.[place] ?? own;
  return (
    <section
      ref={pane}
      class="slw-comparison"
      tabIndex={-1}
      aria-label={`Comparison of ${names.join(", ")}`}
      onKeyDown={(event) => runKey(event, { Escape: onClose, ...keys })}
      onClickCapture={onClickCapture}
    >
      <div class="slw-detail-header">
        <span class="slw-detail-title">{title}</span>
        {actions}
        <IconButton icon="close" label="Close" title="Close (Esc)" onClick={onClose} />
      </div>
      {compared === null ? (
        <div class="slw-empty" role="status">
          Comparing …
        </div>
      ) : (
        <div class="slw-comparison-body">
          <div class="slw-shared">
            {alike}
            <Shared compared={compared} examples={sharesExamples} onShow={setZoomed} />
          </div>
          <div class="slw-compared" style={{ "--slw-columns": compared.neurons.length }}>
            {compared.neurons.map(({ detail }, place) => (
              <ViewContext.Provider key={detail.card.name} value={viewOf(place)}>
                <ComparedNeuron
                  compared={compared}
                  place={place}
                  onShow={(rank) => setZoomed({ place, rank })}
                />
              </ViewContext.Provider>
            ))}
          </div>
        </div>
      )}
      {compared !== null && zoomed !== null && (
        <ViewContext.Provider value={viewOf(zoomed.place)}>
          <ZoomedExample compared={compared} zoomed={zoomed} onShow={setZoomed} />
        </ViewContext.Provider>
      )}
    </section>
  );
}

type Neurons = Pick<CompareResult, "neurons">;

interface SharedProps {
  compared: Neurons;
  examples: boolean;
  onShow: (zoomed: Zoomed) => void;
}

function Shared({ compared, examples, onShow }: SharedProps) {
  const n = compared.neurons.length;
  return (
    <>
      {examples && <SharedExamples compared={compared} onShow={onShow} />}
      <Words title="Shared labels of examples" none="No label" words={sharedLabels(compared)} n={n} />
      <Words
        title="Shared among the classes they serve most"
        none="No class"
        words={sharedClasses(compared)}
        n={n}
      />
    </>
  );
}

function SharedExamples({ compared, onShow }: Omit<SharedProps, "examples">) {
  const { thumbnails } = useView();
  const examples = sharedExamples(compared);
  const names = compared.neurons.map(({ detail }) => detail.card.name);
  return (
    <section aria-label="Shared examples">
      <div class="slw-heading">
        Shared examples <span class="slw-muted">{examples.length}</span>
      </div>
      {examples.length === 0 && <span class="slw-muted">No image is an example of two of them.</span>}
      <div class="slw-examples">
        {examples.map(({ example, ranks }) => (
          <Tile
            key={example.sample}
            pictures={thumbnails}
            row={example.row}
            label={example.label ?? "–"}
            title={ranksText(names, ranks)}
            onShow={() => {
              const place = ranks.findIndex((rank) => rank !== null);
              onShow({ place, rank: ranks[place] ?? 0 });
            }}
          >
            {sharedText(ranks)}
          </Tile>
        ))}
      </div>
    </section>
  );
}

interface WordsProps {
  title: string;
  none: string;
  words: SharedWord[];
  /** Number of neurons. */
  n: number;
}

function Words({ title, none, words, n }: WordsProps) {
  return (
    <section aria-label={title}>
      <div class="slw-heading">{title}</div>
      {words.length === 0 && <span class="slw-muted">{`${none} is common to two of them.`}</span>}
      {words.map(({ word, names }) => (
        <span key={word} class="slw-label" title={names.join(", ")}>
          {word} {n > 2 && <span class="slw-muted">{`${names.length} of ${n}`}</span>}
        </span>
      ))}
    </section>
  );
}

interface ZoomedProps {
  compared: Neurons;
  zoomed: Zoomed;
  onShow: (zoomed: Zoomed | null) => void;
}

function ZoomedExample({ compared, zoomed: { place, rank }, onShow }: ZoomedProps) {
  const neuron = compared.neurons[place];
  const stores = useExamplesCompared(place, neuron?.layer ?? "");
  if (neuron === undefined) return null;
  return (
    <Zoom
      detail={neuron.detail}
      groups={groupsBeside(neuron.detail)}
      stores={stores}
      place={rank}
      onShow={(next) => onShow({ place, rank: next })}
      onClose={() => onShow(null)}
    />
  );
}

/** Returns the ranks in two neurons; of more, the number that share it. */
function sharedText(ranks: (number | null)[]): string {
  const known = ranks.filter((rank) => rank !== null);
  if (ranks.length > 2) return `${known.length} of ${ranks.length}`;
  return known.map((rank) => rank + 1).join(" · ");
}

function ranksText(names: string[], ranks: (number | null)[]): string {
  return names
    .map(
      (name, i) =>
        `${name}: ${ranks[i] === null ? "none of its" : `#${Number(ranks[i]) + 1} of its`} examples`,
    )
    .join("\n");
}
