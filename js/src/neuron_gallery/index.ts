/** Between Jupyter and the gallery's view: traits in, requests out, one signal to end it all. */
import type { RenderProps } from "@anywidget/types";
import type { NeuronGalleryTraits } from "../generated/traits";
import type { Channel } from "../kernel/channel";
import { KernelClient } from "../kernel/client";
import { traitState } from "../kernel/state";
import { followTheme } from "../kernel/theme";
import type { Kernel } from "../kernel/types";
import type { GalleryTraits } from "./protocol";
import { showGallery } from "./view";

// What the view believes of the traits is what Python declares; tsc fails on this line when it is not.
true satisfies Equal<GalleryTraits, NeuronGalleryTraits>;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

export function renderNeuronGallery({ el, model, signal }: RenderProps, channel: Channel): void {
  const kernel = new KernelClient(channel, signal);
  const traits = traitState<GalleryTraits>(model);
  followTheme((theme) => {
    el.dataset.theme = theme;
    el.style.colorScheme = theme;
  }, signal);
  prepareWhenTyping(el, kernel, signal);
  showGallery({ el, kernel, model: traits, signal });
}

/** The first text query loads a foundation model: that begins when the query box is entered, not when it is asked. */
function prepareWhenTyping(el: HTMLElement, kernel: Kernel, signal: AbortSignal): void {
  const prepare = (event: FocusEvent) => {
    if (!(event.composedPath()[0] instanceof HTMLInputElement)) return;
    el.removeEventListener("focusin", prepare);
    // Whatever is wrong with the foundation model is told when a query is asked.
    kernel.request("prepare", {}, { signal }).catch(() => undefined);
  };
  el.addEventListener("focusin", prepare, { signal });
}
