/** Neurons most similar to the open one. */

import type { SimilarComponent } from "../../generated/protocol";
import { Name } from "../../neurons/name";
import { Montage } from "../../neurons/pictures/montage";
import { exact, significant } from "../../ui/format";
import { useView } from "../context";
import { useExamplesOpened } from "./samples";

export function Similar({ similar }: { similar: SimilarComponent[] }) {
  const { gallery } = useView();
  if (similar.length === 0) return null;
  return (
    <div class="slw-similar">
      <div class="slw-heading">Similar neurons</div>
      {similar.map(({ component, name, similarity }) => (
        <button
          key={component}
          type="button"
          class="slw-similar-row"
          title={`Cosine ${exact(similarity)}; open ${name}`}
          onClick={() => gallery.focus.openComponent(component)}
        >
          <SimilarPictures component={component} />
          <Name name={name} />
          <span class="slw-number">{significant(similarity)}</span>
        </button>
      ))}
    </div>
  );
}

function SimilarPictures({ component }: { component: number }) {
  const { gallery } = useView();
  const { thumbnails, key } = useExamplesOpened();
  void gallery.cards.version.value;
  const card = gallery.cards.get(component);
  if (card === undefined) gallery.cards.want(component);
  return (
    <span class="slw-similar-pictures">
      {[0, 1, 2].map((i) => {
        const row = card?.samples[i];
        if (row === undefined) return <span key={i} class="slw-similar-gap" />;
        return <Montage key={i} pictures={thumbnails} rows={[key(component, i, row)]} side={1} size={36} />;
      })}
    </span>
  );
}
