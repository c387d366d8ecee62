/** Toolbar of the gallery: layer, query, order. */

import type { Sort } from "../generated/protocol";
import { LayerMenu } from "../neurons/layer_menu";
import type { ExamplesAs } from "../neurons/pictures/example_pictures";
import { QueryBox } from "../neurons/query/query_box";
import { IconButton } from "../ui/buttons/icon_button";
import { Menu, optionsOf } from "../ui/buttons/menu";
import { useView } from "./context";
import { examplesTitle, PLACEHOLDER, SORTS, WAYS } from "./state/words";

export function Toolbar() {
  const { gallery, id, focusGrid } = useView();
  return (
    <search class="slw-toolbar">
      <LayerMenu traits={gallery.traits} onChoose={(layer) => gallery.chooseLayer(layer)} />
      <QueryBox
        query={gallery.query}
        placeholder={PLACEHOLDER}
        invalid={gallery.queryError.value !== null}
        id={id}
        onLeave={focusGrid}
        examples={gallery.labels.summary.value?.queries ?? []}
      />
      <SortMenu />
    </search>
  );
}

export function SortMenu() {
  const { gallery } = useView();
  const { sort, descending, query, query_image } = gallery.traits;
  const hasQuery = query.value !== "" || query_image.value !== "";
  // Without a query there is no alignment: the cards are in the order of their numbers.
  const isUnsorted = sort.value === "alignment" && !hasQuery;
  const by = isUnsorted ? "component" : sort.value;
  const isDescending = descending.value && !isUnsorted;
  const way = isDescending ? "highest first" : "lowest first";
  const reverse = () => {
    if (isUnsorted) gallery.chooseSort("component");
    gallery.flipDirection();
  };
  return (
    <span class="slw-sort">
      <Menu
        label="Sort by"
        named
        title={`Sorted by ${SORTS[by].toLowerCase()}, ${way}`}
        value={by}
        options={sortOptions(hasQuery)}
        onChoose={(key) => gallery.chooseSort(key as Sort)}
      />
      <IconButton
        icon={isDescending ? "descending" : "ascending"}
        also="slw-direction"
        label={`Sorted ${way}; reverse`}
        title={`${isDescending ? "Highest" : "Lowest"} first: reverse`}
        onClick={reverse}
      />
      <ExamplesMenu />
    </span>
  );
}

function sortOptions(hasQuery: boolean) {
  return optionsOf(SORTS).map((option) =>
    option.value === "alignment" && !hasQuery
      ? { ...option, name: `${option.name} (needs a query)`, disabled: true }
      : option,
  );
}

/** Menu of example modes, hidden without a choice; unavailable modes say what the lens needs. */
export function ExamplesMenu() {
  const { gallery } = useView();
  const { examples_as: as, examples_choices: choices } = gallery.traits;
  const can = (way: ExamplesAs) => choices.value.includes(way);
  if (choices.value.length < 2) return null;
  return (
    <Menu
      label="Examples as"
      title={examplesTitle(can)}
      value={as.value}
      options={WAYS.map(({ way, name, needs }) =>
        can(way) ? { value: way, name } : { value: way, name, disabled: true, title: needs },
      )}
      onChoose={(way) => gallery.showExamplesAs(way as ExamplesAs)}
    />
  );
}
