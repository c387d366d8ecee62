/** View of the explorer: map, gallery and audit with one query box. */
import { draw } from "../ui/view_context";
import "../ui/ui.css";
import "../ui/frame.css";
import "../ui/detail.css";
import "../ui/dialog.css";
import "../audit_table/audit_table.css";
import "../neuron_gallery/gallery.css";
import "../concept_map/concept_map.css";
import "./explorer.css";
import type { ExplorerTraits } from "../generated/traits";
import type { ViewProps } from "../kernel/types";
import { type Explorer, explorerOf } from "./parts";
import { Root } from "./root";

/** Draws an explorer into `el` until `signal` aborts. */
export function showExplorer(options: ViewProps<ExplorerTraits>): Explorer {
  const { el, signal } = options;
  const explorer = explorerOf(options);
  draw(<Root {...explorer} />, el, signal);
  return explorer;
}
