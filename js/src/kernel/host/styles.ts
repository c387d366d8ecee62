import type { AnyModel } from "@anywidget/types";

const MARK = "data-semanticlens-widgets";

/** Adds the bundle's styles once to the page's head, or to the shadow root that contains `el`. */
export function addStyles(el: HTMLElement, bundle: AnyModel): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  const version = String(bundle.get("version"));
  const present = [...home.querySelectorAll(`style[${MARK}]`)];
  if (present.some((style) => style.getAttribute(MARK) === version)) return;
  const style = document.createElement("style");
  style.setAttribute(MARK, version);
  style.textContent = String(bundle.get("css"));
  home.append(style);
}
