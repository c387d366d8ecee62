/** The opened neuron beside its nearest on the other side. */
import { useEffect, useRef } from "preact/hooks";
import { Compared } from "../neuron_gallery/compared";
import { ViewContext as GalleryContext } from "../neuron_gallery/context";
import { BarRow } from "../neuron_gallery/detail/bar_row";
import { IconButton } from "../ui/buttons/icon_button";
import { exact, significant } from "../ui/format";
import { useView } from "./context";
import { matchTitle } from "./state/words";

export function Pair() {
  const { compare, views } = useView();
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.focus(), []);
  const { opened } = compare;
  const neuron = opened.current.value;
  if (neuron === null) return null;
  const match = opened.match.value;
  const compared = opened.compared.value;
  const found = compared?.neurons.map(({ detail }) => detail.card.name) ?? [compare.nameOf(neuron)];
  const own = views[neuron.layer === compare.sideAt(0) ? 0 : 1];
  const close = () => {
    opened.close();
    // The cards are drawn after this task.
    setTimeout(own.focusGrid);
  };
  return (
    <GalleryContext.Provider value={own}>
      <Compared
        pane={pane}
        names={found}
        title={<Title names={found} isMatch={match?.chance?.isMatched ?? null} />}
        compared={compared}
        alike={<Alike />}
        sharesExamples={compare.overSameImages()}
        views={compared?.neurons.map(({ layer }) => views[layer === compare.sideAt(0) ? 0 : 1])}
        actions={
          <span class="slw-steps">
            <IconButton icon="previous" label="Previous neuron (←)" onClick={() => compare.step(-1)} />
            <IconButton icon="next" label="Next neuron (→)" onClick={() => compare.step(1)} />
          </span>
        }
        keys={{ ArrowLeft: () => compare.step(-1), ArrowRight: () => compare.step(1) }}
        onClose={close}
      />
    </GalleryContext.Provider>
  );
}

function Title({ names, isMatch }: { names: string[]; isMatch: boolean | null }) {
  return (
    <>
      <span class="slw-strong slw-cut">{names.join(" · ")}</span>
      {names.length > 1 && isMatch !== null && (
        <span class={`slw-pair-kind${isMatch ? "" : " slw-muted"}`}>
          {isMatch ? "a match" : "no match: the nearest"}
        </span>
      )}
    </>
  );
}

/** How alike they are, and what chance gives. */
function Alike() {
  const { compare } = useView();
  const match = compare.opened.match.value;
  if (match === null) return null;
  const { similarity, chance } = match;
  return (
    <section aria-label="Similarity" title={matchTitle(compare.nameOf(match.neuron), match)}>
      <div class="slw-heading">Similarity</div>
      <BarRow
        name="of the two"
        title={exact(similarity)}
        length={Math.max(0, similarity)}
        text={significant(similarity)}
      />
      {chance !== null && chance.similarity !== null && (
        <BarRow
          name="by chance"
          title={exact(chance.similarity)}
          length={Math.max(0, chance.similarity)}
          text={significant(chance.similarity)}
          pale
        />
      )}
    </section>
  );
}
