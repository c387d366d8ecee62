/** One side: its name, the outcome of the query there, and its cards. */
import { Body } from "../neuron_gallery/body";
import { ViewContext as GalleryContext } from "../neuron_gallery/context";
import { LiveRegion, Outcome } from "../neuron_gallery/status_line";
import { Menu } from "../ui/buttons/menu";
import { isPlain, runKey } from "../ui/keys";
import { useView } from "./context";
import type { Place } from "./state/state";
import { sideTitle } from "./state/words";

export function Side({ place }: { place: Place }) {
  const { compare, views, id } = useView();
  const name = compare.sideAt(place);
  const toOther = () => views[place === 0 ? 1 : 0].focusGrid();
  return (
    <GalleryContext.Provider value={views[place]}>
      <section
        class="slw-pane slw-side"
        aria-label={name}
        onKeyDown={(event) => {
          if (isPlain(event)) runKey(event, { x: toOther, X: toOther });
        }}
      >
        <div class="slw-side-bar" id={place === 0 ? `${id}status` : undefined}>
          <SideName place={place} />
          <Outcome />
        </div>
        <Body />
        <LiveRegion />
      </section>
    </GalleryContext.Provider>
  );
}

/** Name of a side; of more than two, a menu of them. */
function SideName({ place }: { place: Place }) {
  const { compare } = useView();
  const sides = compare.traits.sides.value;
  const shown = compare.sideAt(place);
  const about = sides.find(({ name }) => name === shown);
  const title = about === undefined ? shown : `${shown}: ${sideTitle(about)}`;
  if (sides.length < 3)
    return (
      <span class="slw-side-name slw-cut" title={title}>
        {shown}
      </span>
    );
  return (
    <Menu
      label={place === 0 ? "Side" : "Other side"}
      title={title}
      value={shown}
      options={sides.map(({ name }) => ({ value: name, name }))}
      also="slw-side-name"
      onChoose={(name) => compare.chooseSide(place, name)}
    />
  );
}
