/** Layers of the lens: a menu, or what to do where there are none. */
import type { Signal } from "@preact/signals";
import type { LayerInfo } from "../generated/traits";
import { Menu } from "../ui/buttons/menu";
import { Empty } from "../ui/notes/empty";

interface LayerMenuProps {
  traits: { layer: Signal<string>; layers: Signal<LayerInfo[]> };
  /** Name of the choice of all layers, where there is one. */
  all?: string;
  onChoose: (layer: string) => void;
}

/** Value of the choice of all layers: no layer has this name, and "" cannot be chosen as an option. */
const ALL = "\n";

export function LayerMenu({ traits, all, onChoose }: LayerMenuProps) {
  const layer = traits.layer.value;
  const options = traits.layers.value.map(({ name }) => ({ value: name, name }));
  if (all !== undefined && options.length > 1) options.push({ value: ALL, name: all });
  return (
    <Menu
      label="Layer"
      title={layer === "" ? "All layers on one map" : `Layer ${layer}`}
      value={layer === "" ? ALL : layer}
      options={options}
      also="slw-layer"
      onChoose={(value) => onChoose(value === ALL ? "" : value)}
    />
  );
}

/** Shown in place of the neurons of a lens without layers. */
export function NoLayers() {
  return (
    <Empty title="This lens has no layers">
      <p>Build it again with at least one layer.</p>
    </Empty>
  );
}
