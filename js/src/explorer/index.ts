/** Adapter from Jupyter to the explorer's view. */
import type { RenderProps } from "@anywidget/types";
import type { ExplorerTraits } from "../generated/traits";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import { showExplorer } from "./view";

export function renderExplorer(props: RenderProps, channel: Channel): void {
  showExplorer(adapted<ExplorerTraits>(props, channel, (layer) => layer !== ""));
}
