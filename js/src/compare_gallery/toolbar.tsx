/** Toolbar of two galleries: which neurons, one query, order, and what to take along. */
import type { CompareGalleryTraits } from "../generated/traits";
import { ExamplesControl, SortControl } from "../neuron_gallery/toolbar";
import { QueryBox } from "../neurons/query/query_box";
import { Menu } from "../ui/buttons/menu";
import { SaveMenu } from "../ui/buttons/save_menu";
import { copyText } from "../ui/copy";
import { useView } from "./context";
import { PLACEHOLDER, SHOW_TITLE, SORTS, showOptions } from "./state/words";

export function Toolbar() {
  return (
    <search class="slw-toolbar">
      <ShowMenu />
      <CompareQuery />
      <Order />
    </search>
  );
}

export function CompareQuery() {
  const { compare, views, id } = useView();
  return (
    <QueryBox
      query={compare.query}
      placeholder={PLACEHOLDER}
      invalid={compare.galleries.some(({ queryError }) => queryError.value !== null)}
      id={id}
      onLeave={views[0].focusGrid}
      examples={compare.galleries[0].labels.summary.value?.queries ?? []}
    />
  );
}

export function ShowMenu() {
  const { compare } = useView();
  const ordered = compare.ordered();
  const [earlier = "", later = ""] = ordered;
  const { matches, traits } = compare;
  return (
    <Menu
      label="Neurons to show"
      title={SHOW_TITLE}
      value={traits.show.value}
      options={showOptions(matches.between(earlier, later), matches.between(later, earlier), ordered)}
      also="slw-layer"
      onChoose={(show) => compare.chooseShow(show as CompareGalleryTraits["show"])}
    />
  );
}

/** Order and kind of the cards, and the code of the view. */
export function Order() {
  const { compare, code } = useView();
  const { query, query_image, descending, examples_as, examples_choices } = compare.traits;
  return (
    <span class="slw-sort">
      <SortControl
        names={SORTS}
        by={compare.sortedBy.value}
        descending={descending.value}
        hasQuery={query.value !== "" || query_image.value !== ""}
        onChoose={(sort) => compare.chooseSort(sort as CompareGalleryTraits["sort"])}
        onReverse={() => compare.flipDirection()}
      />
      <ExamplesControl
        as={examples_as.value}
        choices={examples_choices.value}
        onChoose={(way) => compare.showExamplesAs(way)}
      />
      <SaveMenu
        actions={{ "Copy as code": () => copyText(code()) }}
        onFailure={(error) => compare.failures.report("The code could not be copied", error)}
      />
    </span>
  );
}
