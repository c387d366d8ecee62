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
  return (
    <span class="slw-sort">
      <SortControl
        names={SORTS}
        by={isUnsorted ? "component" : sort.value}
        descending={descending.value && !isUnsorted}
        hasQuery={hasQuery}
        onChoose={(key) => gallery.chooseSort(key as Sort)}
        onReverse={() => {
          if (isUnsorted) gallery.chooseSort("component");
          gallery.flipDirection();
        }}
      />
      <ExamplesMenu />
    </span>
  );
}

interface SortControlProps {
  /** Names of the orders by key. */
  names: Readonly<Record<string, string>>;
  by: string;
  descending: boolean;
  hasQuery: boolean;
  onChoose: (key: string) => void;
  onReverse: () => void;
}

/** Menu of orders, and the button that reverses the present one. */
export function SortControl({ names, by, descending, hasQuery, onChoose, onReverse }: SortControlProps) {
  const way = descending ? "highest first" : "lowest first";
  return (
    <>
      <Menu
        label="Sort by"
        named
        title={`Sorted by ${names[by]?.toLowerCase()}, ${way}`}
        value={by}
        options={sortOptions(names, hasQuery)}
        onChoose={onChoose}
      />
      <IconButton
        icon={descending ? "descending" : "ascending"}
        also="slw-direction"
        label={`Sorted ${way}; reverse`}
        title={`${descending ? "Highest" : "Lowest"} first: reverse`}
        onClick={onReverse}
      />
    </>
  );
}

function sortOptions(names: Readonly<Record<string, string>>, hasQuery: boolean) {
  return optionsOf(names).map((option) =>
    option.value === "alignment" && !hasQuery
      ? { ...option, name: `${option.name} (needs a query)`, disabled: true }
      : option,
  );
}

export function ExamplesMenu() {
  const { gallery } = useView();
  const { examples_as, examples_choices } = gallery.traits;
  return (
    <ExamplesControl
      as={examples_as.value}
      choices={examples_choices.value}
      onChoose={(way) => gallery.showExamplesAs(way)}
    />
  );
}

interface ExamplesControlProps {
  as: ExamplesAs;
  choices: readonly string[];
  onChoose: (way: ExamplesAs) => void;
}

/** Menu of example modes, hidden without a choice; unavailable modes say what the lens needs. */
export function ExamplesControl({ as, choices, onChoose }: ExamplesControlProps) {
  const can = (way: ExamplesAs) => choices.includes(way);
  if (choices.length < 2) return null;
  return (
    <Menu
      label="Examples as"
      title={examplesTitle(can)}
      value={as}
      options={WAYS.map(({ way, name, needs }) =>
        can(way) ? { value: way, name } : { value: way, name, disabled: true, title: needs },
      )}
      onChoose={(way) => onChoose(way as ExamplesAs)}
    />
  );
}
