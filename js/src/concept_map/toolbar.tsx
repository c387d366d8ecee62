/** Toolbar of the map: layer, query, encoding. */

import type { Encoding } from "../generated/protocol";
import type { ConceptMapTraits } from "../generated/traits";
import { LayerMenu } from "../neurons/layer_menu";
import { QueryBox } from "../neurons/query/query_box";
import { Menu, optionsOf } from "../ui/buttons/menu";
import { useView } from "./context";
import { ENCODINGS, PLACEHOLDER } from "./state/words";

export function Toolbar() {
  const { map } = useView();
  return (
    <search class="slw-toolbar">
      <LayerMenu traits={map.traits} all="all layers" onChoose={(layer) => map.chooseLayer(layer)} />
      <MapQuery placeholder={PLACEHOLDER} />
      <EncodingMenu />
    </search>
  );
}

/** Encodings of the maps of a lens. */
const OF_LENS = (Object.keys(ENCODINGS) as Encoding[]).filter((name) => name !== "side" && name !== "match");

export function EncodingMenu({ encodings = OF_LENS }: { encodings?: readonly Encoding[] }) {
  const { map, focusSearch } = useView();
  const effective = map.colours.effective();
  const choose = (encoding: string, menu: HTMLSelectElement) => {
    map.chooseEncoding(encoding as ConceptMapTraits["encoding"]);
    // Alignment needs a query: until there is one, clusters are shown.
    if (encoding !== "alignment" || map.colours.effective() === "alignment") return;
    menu.value = map.colours.effective();
    focusSearch();
  };
  const { layer, layers } = map.traits;
  const isJoint = layer.value === "" && layers.value.length > 1;
  const options = optionsOf(ENCODINGS)
    .filter(({ value }) => encodings.includes(value as Encoding) && (value !== "layer" || isJoint))
    .map(({ value, name }) => {
      const why = map.audited.refusal(value as Encoding);
      return why === null ? { value, name } : { value, name: `${name} (${why})`, disabled: true };
    });
  return (
    <Menu
      label="Colour by"
      named
      title={`Coloured by ${ENCODINGS[effective].toLowerCase()}`}
      value={effective}
      options={options}
      also="slw-map-encoding"
      onChoose={choose}
    />
  );
}

/** Query box of a map, marked where the colours lack its answer. */
export function MapQuery({ placeholder }: { placeholder: string }) {
  const { map, id, focusStage } = useView();
  return (
    <QueryBox
      query={map.query}
      placeholder={placeholder}
      invalid={map.queryError.value !== null && map.colours.effective() === "alignment"}
      id={id}
      onLeave={focusStage}
      examples={[]}
    />
  );
}
