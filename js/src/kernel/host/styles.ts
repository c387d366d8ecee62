const MARK = "data-semanticlens-widgets";

/** Adds the styles of a version once to the page's head, or to the shadow root that contains `el`. */
export function addStyles(el: HTMLElement, version: string, css: string): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  const present = [...home.querySelectorAll(`style[${MARK}]`)];
  if (present.some((style) => style.getAttribute(MARK) === version)) return;
  const style = document.createElement("style");
  style.setAttribute(MARK, version);
  style.textContent = css;
  home.append(style);
}
