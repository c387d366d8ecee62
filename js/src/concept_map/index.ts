/** Adapter from Jupyter to the map's view. */

import type { RenderProps } from "@anywidget/types";
import type { ConceptMapTraits } from "../generated/traits";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import { showConceptMap } from "./view";

export function renderConceptMap(props: RenderProps, channel: Channel): void {
  showConceptMap(adapted<ConceptMapTraits>(props, channel));
}
