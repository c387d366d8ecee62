/** Menu of the lens's layers. */
import type { LayerInfo } from "../generated/traits";

interface LayerMenuProps {
  layer: string;
  layers: readonly LayerInfo[];
  onChoose: (layer: string) => void;
}

export function LayerMenu({ layer, layers, onChoose }: LayerMenuProps) {
  return (
    <select
      class="slw-select slw-layer"
      aria-label="Layer"
      title={`Layer ${layer}`}
      value={layer}
      disabled={layers.length === 0}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {layers.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
