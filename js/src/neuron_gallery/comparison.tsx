/** Pinned neurons side by side: how alike they are, what they share, and what each has alone. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { CompareResult } from "../generated/protocol";
import { Tile } from "../neurons/pictures/tile";
import { IconButton } from "../ui/buttons/icon_button";
import { counted, exact, significant } from "../ui/format";
import { runKey } from "../ui/keys";
import { ComparedNeuron } from "./compared_neuron";
import { useExamplesCompared, useView } from "./context";
import { BarRow } from "./detail/bar_row";
import { groupsBeside } from "./detail/other_samples";
import { Zoom } from "./detail/zoom";
import { type SharedWord, sharedClasses, sharedExamples, sharedLabels } from "./state/comparison";

/** An example that is shown in full size. */
interface Zoomed {
  /** Of the neuron in the comparison. */
  place: number;
  rank: number;
}

export function Comparison() {
  const { gallery, focusGrid } = useView();
  const { pins } = gallery;
  const pane = useRef<HTMLElement>(null);
  const [zoomed, setZoomed] = useState<Zoomed | null>(null);
  const compared = pins.compared.value;
  useEffect(() => {
    if (pins.byReader) pane.current?.focus();
  }, [pins]);
  // The cards are drawn after this task.
  const leave = () => setTimeout(() => pins.comparing.peek() || focusGrid());
  const close = () => {
    pins.close();
    leave();
  };
  const names = pins.names.value;
  return (
    <section
      ref={pane}
      class="slw-comparison"
      tabIndex={-1}
      aria-label={`Comparison of ${names.join(", ")}`}
      onKeyDown={(event) => runKey(event, { Escape: close })}
      onClickCapture={({ target }) => {
        // A neuron that is unpinned goes, and with it the button that has the focus.
        if (!(target instanceof Element && target.closest(".slw-on"))) return;
        pane.current?.focus();
        leave();
      }}
    >
      <div class="slw-detail-header">
        <span class="slw-detail-title slw-strong">{`${counted(names.length, "neuron")} compared`}</span>
        <IconButton icon="close" label="Close" title="Close (Esc)" onClick={close} />
      </div>
      {compared === null ? (
        <div class="slw-empty" role="status">
          Comparing …
        </div>
      ) : (
        <div class="slw-comparison-body">
          <Shared compared={compared} onShow={setZoomed} />
          <div class="slw-compared" style={{ "--slw-columns": compared.neurons.length }}>
            {compared.neurons.map(({ detail }, place) => (
              <ComparedNeuron
                key={detail.card.name}
                compared={compared}
                place={place}
                onShow={(rank) => setZoomed({ place, rank })}
              />
            ))}
          </div>
        </div>
      )}
      {compared !== null && zoomed !== null && (
        <ZoomedExample compared={compared} zoomed={zoomed} onShow={setZoomed} />
      )}
    </section>
  );
}

interface SharedProps {
  compared: CompareResult;
  onShow: (zoomed: Zoomed) => void;
}

function Shared({ compared, onShow }: SharedProps) {
  const { thumbnails } = useView();
  const examples = sharedExamples(compared);
  const names = compared.neurons.map(({ detail }) => detail.card.name);
  return (
    <div class="slw-shared">
      <section aria-label="Cosines">
        <div
          class="slw-heading"
          title="Cosine of the neurons' embeddings, the mean directions of their examples"
        >
          Cosine
        </div>
        <Cosines compared={compared} names={names} />
      </section>
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
      <Words
        title="Shared labels of examples"
        none="No label"
        words={sharedLabels(compared)}
        n={names.length}
      />
      <Words
        title="Shared among the classes they serve most"
        none="No class"
        words={sharedClasses(compared)}
        n={names.length}
      />
    </div>
  );
}

function Cosines({ compared: { cosines }, names }: { compared: CompareResult; names: string[] }) {
  return (
    <>
      {names.flatMap((name, a) =>
        names.slice(a + 1).map((other, i) => {
          const cosine = cosines[a]?.[a + 1 + i] ?? null;
          return (
            <BarRow
              key={`${name} ${other}`}
              name={`${name} · ${other}`}
              title={`Cosine of ${name} and ${other}: ${exact(cosine)}`}
              length={Math.max(0, cosine ?? 0)}
              text={significant(cosine)}
            />
          );
        }),
      )}
    </>
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
  compared: CompareResult;
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
