/** Between Jupyter and a view: traits in, requests out, the page's theme, one signal to end it all. */
import type { RenderProps } from "@anywidget/types";
import type { Channel } from "./kernel/channel";
import { KernelClient } from "./kernel/client";
import { traitState } from "./kernel/state";
import { followTheme } from "./kernel/theme";
import type { Kernel, State } from "./kernel/types";

/** What a view is made of. */
export interface ViewProps<Traits extends object> {
  el: HTMLElement;
  kernel: Kernel;
  model: State<Traits>;
  signal: AbortSignal;
}

export function adapted<Traits extends object>(
  { el, model, signal }: RenderProps,
  channel: Channel,
): ViewProps<Traits> {
  const kernel = new KernelClient(channel, signal);
  followTheme((theme) => {
    el.dataset.theme = theme;
    el.style.colorScheme = theme;
  }, signal);
  prepareWhenTyping(el, kernel, signal);
  return { el, kernel, model: traitState<Traits>(model), signal };
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
