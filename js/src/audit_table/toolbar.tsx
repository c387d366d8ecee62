/** Toolbar of the audit table: class, layer, export. */
import { LayerMenu } from "../neurons/layer_menu";
import { ClassMenu } from "./class_menu";
import { useView } from "./context";
import { Take } from "./take";

export function Toolbar() {
  const { table } = useView();
  return (
    <div class="slw-toolbar slw-audit-toolbar">
      <ClassMenu />
      <LayerMenu traits={table.traits} onChoose={(layer) => table.chooseLayer(layer)} />
      <Take />
    </div>
  );
}
