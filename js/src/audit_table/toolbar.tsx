/** Toolbar of the audit table: class, layer, export. */
import { LayerMenu } from "../neurons/layer_menu";
import { ClassMenu } from "./class_menu";
import { useView } from "./context";
import { Take } from "./take";

export function Toolbar() {
  return (
    <div class="slw-toolbar slw-audit-toolbar">
      <ClassMenu />
      <Layers />
      <Take />
    </div>
  );
}

function Layers() {
  const { table } = useView();
  const { layer, layers } = table.traits;
  return <LayerMenu layer={layer.value} layers={layers.value} onChoose={(name) => table.chooseLayer(name)} />;
}
