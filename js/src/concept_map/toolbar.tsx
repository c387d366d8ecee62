/** Toolbar of the map: layer, query, encoding. */

import type { Encoding } from "../generated/protocol";
import { QueryBox } from "../neurons/query/query_box";
import { useView } from "./context";
import { ENCODINGS, PLACEHOLDER } from "./state/words";

/** Menu value for all layers: no layer has this name, and "" cannot be chosen as an option. */
const ALL = "\n";

export function Toolbar() {
  const { map, id, focusStage } = useView();
  return (
    <search class="slw-toolbar">
      <LayerMenu />
      <QueryBox
        query={map.query}
        placeholder={PLACEHOLDER}
        invalid={map.colours.queryError.value !== null && map.colours.effective() === "alignment"}
        id={id}
        onLeave={focusStage}
      />
      <EncodingMenu />
    </search>
  );
}

function LayerMenu() {
  const { map } = useView();
  const { layer, layers } = map.traits;
  const value = layer.value === "" ? ALL : layer.value;
  return (
    <select
      class="slw-select slw-layer"
      aria-label="Layer"
      title={layer.value === "" ? "All layers on one map" : `Layer ${layer.value}`}
      value={value}
      disabled={layers.value.length === 0}
      onChange={({ currentTarget }) =>
        map.chooseLayer(currentTarget.value === ALL ? "" : currentTarget.value)
      }
    >
      {layers.value.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
      {layers.value.length > 1 && <option value={ALL}>all layers</option>}
    </select>
  );
}

export function EncodingMenu() {
  const { map, focusSearch } = useView();
  const effective = map.colours.effective();
  const choose = (select: HTMLSelectElement) => {
    map.chooseEncoding(select.value as Encoding);
    // Alignment needs a query: until there is one, clusters are shown.
    if (select.value !== "alignment" || map.colours.effective() === "alignment") return;
    select.value = map.colours.effective();
    focusSearch();
  };
  const { layer, layers } = map.traits;
  const shown = Object.entries(ENCODINGS).filter(
    ([key]) => key !== "layer" || (layer.value === "" && layers.value.length > 1),
  );
  return (
    <select
      class="slw-select slw-map-encoding"
      aria-label="Colour by"
      title={`Coloured by ${ENCODINGS[effective].toLowerCase()}`}
      value={effective}
      onChange={(event) => choose(event.currentTarget)}
    >
      {shown.map(([key, name]) => (
        <EncodingOption key={key} encoding={key as Encoding} name={name} />
      ))}
    </select>
  );
}

function EncodingOption({ encoding, name }: { encoding: Encoding; name: string }) {
  const why = useView().map.audited.refusal(encoding);
  return (
    <option value={encoding} disabled={why !== null}>
      {why === null ? name : `${name} (${why})`}
    </option>
  );
}
