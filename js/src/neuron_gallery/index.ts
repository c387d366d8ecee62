/** Adapter from Jupyter to the gallery's view. */

import type { RenderProps } from "@anywidget/types";
import type { NeuronGalleryTraits } from "../generated/traits";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import { showGallery } from "./view";

export function renderNeuronGallery(props: RenderProps, channel: Channel): void {
  showGallery(adapted<NeuronGalleryTraits>(props, channel, (layer) => layer !== ""));
}
