/** Common ground of compared neurons: examples, labels of examples, and classes. */
import type { CompareResult } from "../generated/protocol";
import { Tile } from "../neurons/pictures/tile";
import { useView } from "./context";
import { type SharedWord, sharedClasses, sharedExamples, sharedLabels } from "./state/comparison";

/** An example that is shown in full size. */
export interface Zoomed {
  /** Of the neuron in the comparison. */
  place: number;
  rank: number;
}

export type Neurons = Pick<CompareResult, "neurons">;

interface SharedProps {
  compared: Neurons;
  examples: boolean;
  onShow: (zoomed: Zoomed) => void;
}

export function Shared({ compared, examples, onShow }: SharedProps) {
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
