/** Between Jupyter and a view: traits in, requests out, the page's theme, the lens's other views, one signal to end it all. */
import type { RenderProps } from "@anywidget/types";
import { type Channel, PAGE } from "./channel";
import { KernelClient } from "./client";
import { Link, type LinkedTraits, linkedState } from "./link";
import { traitState } from "./state";
import { sharedLink } from "./store";
import { followTheme } from "./theme";
import type { Kernel, State } from "./types";

/** What a view is made of. */
export interface ViewProps<Traits extends object> {
  el: HTMLElement;
  kernel: Kernel;
  model: State<Traits>;
  /** Where the view shows what is pointed at, and sees what is pointed at elsewhere. */
  link: Link;
  signal: AbortSignal;
}

export function adapted<Traits extends LinkedTraits>(
  { el, model, signal }: RenderProps,
  channel: Channel,
  canShow?: (layer: string) => boolean,
): ViewProps<Traits> {
  const kernel = new KernelClient(channel, signal);
  followTheme((theme) => {
    el.dataset.theme = theme;
    el.style.colorScheme = theme;
  }, signal);
  prepareWhenTyping(el, kernel, signal);
  // Python passes on what this page cannot: where every output is a page of its own, no view hears of the others.
  kernel.request("shown", { view: model.get("_view_id"), page: PAGE }, { signal }).catch(() => undefined);
  const shared = sharedLink(channel);
  const own = traitState<Traits>(model);
  const link = own.get("linked").includes("hover") ? shared : new Link();
  return { el, kernel, model: linkedState(own, shared, signal, canShow), link, signal };
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
