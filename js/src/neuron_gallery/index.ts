/** Adapter from Jupyter to the gallery's view. */
import type { RenderProps } from "@anywidget/types";
import { adapted } from "../kernel/adapter";
import type { Channel } from "../kernel/channel";
import type { GalleryTraits } from "./state/protocol";
import { showGallery } from "./view";

export function renderNeuronGallery(props: RenderProps, channel: Channel): void {
  showGallery(adapted<GalleryTraits>(props, channel, (layer) => layer !== ""));
}
