/** Toolbar of the audit table: class, layer, export. */
import { LayerMenu } from "../neurons/layer_menu";
import { Button } from "../ui/buttons/button";
import { count } from "../ui/format";
import { ClassMenu } from "./class_menu";
import { useView } from "./context";
import { Take } from "./take";

export function Toolbar() {
  const { table } = useView();
  return (
    <div class="slw-toolbar slw-audit-toolbar">
      <span class="slw-audit-which">
        <ClassMenu />
        <OverviewButton />
      </span>
      <LayerMenu traits={table.traits} onChoose={(layer) => table.chooseLayer(layer)} />
      <Take />
    </div>
  );
}

function OverviewButton() {
  const { table } = useView();
  const n = table.classes.shares.value.size;
  if (n < 2 && !table.overview.value) return null;
  return (
    <Button
      aria-pressed={table.overview.value}
      title="All classes with a requirement, what fails first (o)"
      onClick={() => table.toggleOverview()}
    >
      {`Overview (${count(n)})`}
    </Button>
  );
}
