/** Buttons at the edge of the map: drag tools, zoom, export. */
import { IconButton } from "../ui/buttons/icon_button";
import type { IconName } from "../ui/buttons/icons";
import { SaveMenu } from "../ui/buttons/save_menu";
import { ZoomButtons } from "../ui/zoom";
import { HOME } from "./camera/camera";
import { useView } from "./context";
import { saveFigure } from "./drawing/export";
import { asCode } from "./state/code";
import type { ConceptMap, Tool } from "./state/state";

export function Tools() {
  const { map } = useView();
  return (
    <div class="slw-map-tools" role="toolbar" aria-label="Map" aria-orientation="vertical">
      <ToolButton tool="lasso" icon="lasso" title="Lasso (L, or drag with Shift)" />
      <ToolButton tool="box" icon="box" title="Select a box (B)" />
      <ZoomButtons {...zoomOf(map)} />
      <Take />
    </div>
  );
}

/** Returns what zooms around the centre of the view. */
export function zoomOf({ sight }: ConceptMap) {
  const zoom = (factor: number) => {
    const { width, height } = sight.size.peek();
    const from = sight.goal.peek() ?? sight.camera.peek();
    sight.flyTo(sight.zoomed([width / 2, height / 2], factor, from));
  };
  return { zoom, showAll: () => sight.flyTo(HOME) };
}

/** Toggles a tool; panning when it is already active. */
export function switchTool(map: ConceptMap, tool: Tool): void {
  map.tool.value = map.tool.peek() === tool ? "pan" : tool;
}

function ToolButton({ tool, icon, title }: { tool: Tool; icon: IconName; title: string }) {
  const { map } = useView();
  const on = map.tool.value === tool;
  return (
    <IconButton
      icon={icon}
      also={on ? "slw-on" : ""}
      label={title}
      aria-pressed={on}
      onClick={() => switchTool(map, tool)}
    />
  );
}

/** Exports the picture as a file, and the view as code. */
function Take() {
  const { map, stage, look, widget, shown, parts } = useView();
  const code = () => parts?.code() ?? asCode(widget, shown);
  const save = (kind: "png" | "svg") => () =>
    saveFigure({ map, stage: stage.current, look: look.peek() }, kind);
  return (
    <SaveMenu
      actions={{
        "Save as PNG": save("png"),
        "Save as SVG": save("svg"),
        "Copy as code": () => navigator.clipboard.writeText(code()),
      }}
      onFailure={(error) => map.failures.report("The picture could not be saved", error)}
    />
  );
}
