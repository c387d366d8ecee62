/** Toolbar of a comparison map: query, the two sides whose matches are shown, encoding. */
import { EncodingMenu, MapQuery } from "../concept_map/toolbar";
import { Menu } from "../ui/buttons/menu";
import { useCompared } from "./context";
import { ENCODINGS, PLACEHOLDER } from "./state/words";

export function Toolbar() {
  return (
    <search class="slw-toolbar slw-compare-toolbar">
      <MapQuery placeholder={PLACEHOLDER} />
      <PairMenus />
      <EncodingMenu encodings={ENCODINGS} />
    </search>
  );
}

/** Of more than two sides, those that are matched; a series matches each with the next. */
function PairMenus() {
  const { traits } = useCompared().comparing;
  const { sides, series, pair } = traits.signals;
  if (series.value || sides.value.length < 3) return null;
  const names = sides.value.map(({ name }) => name);
  const choose = (place: number) => (name: string) => {
    const chosen = [...pair.peek()];
    // Choosing the other one of the two swaps them.
    if (chosen[1 - place] === name) chosen.reverse();
    else chosen[place] = name;
    traits.write("pair", chosen);
  };
  return (
    <span class="slw-compare-pair">
      {["Match", "with"].map((label, place) => (
        <Menu
          key={label}
          label={label}
          named
          title={pair.value.join(", ")}
          value={pair.value[place] ?? ""}
          options={names.map((name) => ({ value: name, name }))}
          also="slw-map-encoding"
          onChoose={choose(place)}
        />
      ))}
    </span>
  );
}
