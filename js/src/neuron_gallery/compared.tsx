/** Neurons side by side: how alike they are, what they share, and what each has alone. */
import type { ComponentChildren, Ref } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../ui/buttons/icon_button";
import { runKey } from "../ui/keys";
import { ComparedNeuron } from "./compared_neuron";
import { useExamplesCompared, useView, type View, ViewContext } from "./context";
import { groupsBeside } from "./detail/other_samples";
import { Zoom } from "./detail/zoom";
import { type Neurons, Shared, type Zoomed } from "./shared";

interface ComparedProps {
  pane: Ref<HTMLElement>;
  /** Of the neurons. */
  names: readonly string[];
  title: ComponentChildren;
  /** Null until the answer arrives. */
  compared: Neurons | null;
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
