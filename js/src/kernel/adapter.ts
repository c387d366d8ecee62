/** Adapter from Jupyter to a view: traits, requests, theme, links to other views, and one signal that ends them all. */
import type { RenderProps } from "@anywidget/types";
import { type Channel, PAGE } from "./channel";
import { KernelClient } from "./client";
import { suppressShortcuts } from "./host/shortcuts";
import { followTheme } from "./host/theme";
import { Link, type LinkedTraits, linkedState } from "./link";
import { traitState } from "./state";
import { sharedLink } from "./store";
import type { Kernel, ViewProps } from "./types";

/** Tells that a view shows one layer at a time, as all but maps do. */
export const oneLayer = (layer: string) => layer !== "";

export function adapted<Traits extends LinkedTraits>(
  { el, model, signal }: RenderProps,
  channel: Channel,
  canShow?: (layer: string) => boolean,
): ViewProps<Traits> {
  const kernel = new KernelClient(channel, signal);
  el.classList.add("slw-host");
  el.classList.toggle("slw-framed", window.self !== window.top);
  followTheme(
    el,
    (theme) => {
      el.dataset.theme = theme;
      el.style.colorScheme = theme;
    },
    signal,
  );
  suppressShortcuts(el, signal);
  prepareWhenTyping(el, kernel, signal);
  // In hosts with one page per output, views cannot reach one another, and Python relays their changes.
  kernel.request("shown", { view: model.get("_view_id"), page: PAGE }, { signal }).catch(() => undefined);
  const shared = sharedLink(channel);
  const own = traitState<Traits>(model);
  const link = own.get("linked").includes("hover") ? shared : new Link(shared.explainers);
  return { el, kernel, model: linkedState(own, shared, signal, canShow), link, signal };
}

/** The first text query loads a foundation model: start loading when the query box gets the focus. */
function prepareWhenTyping(el: HTMLElement, kernel: Kernel, signal: AbortSignal): void {
  const prepare = (event: FocusEvent) => {
    if (!(event.composedPath()[0] instanceof HTMLInputElement)) return;
    el.removeEventListener("focusin", prepare);
    // The query itself reports a failure of the foundation model.
    kernel.request("prepare", {}, { signal }).catch(() => undefined);
  };
  el.addEventListener("focusin", prepare, { signal });
}
