import { convertedColour } from "./colour";

type Theme = "light" | "dark";

/** Returns the theme around an element: JupyterLab states it; else the background behind it, else its colour scheme. */
export function themeAround(el: Element): Theme {
  const said = document.body.dataset.jpThemeLight;
  if (said !== undefined) return said === "false" ? "dark" : "light";
  const luminance = luminanceBehind(el);
  if (luminance !== null) return luminance < 0.5 ? "dark" : "light";
  const schemes = getComputedStyle(around(el) ?? document.body).colorScheme.split(" ");
  if (schemes.includes("dark") !== schemes.includes("light"))
    return schemes.includes("dark") ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls back with the theme around an element now and whenever it changes. */
export function followTheme(el: Element, listener: (theme: Theme) => void, signal: AbortSignal): void {
  const tell = () => listener(themeAround(el));
  const observer = new MutationObserver(tell);
  observer.observe(document.body, { attributes: true });
  observer.observe(document.documentElement, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  tell();
}

/** Luminance, 0 to 1, of the nearest opaque background behind an element; null where all are transparent. */
function luminanceBehind(el: Element): number | null {
  let behind = around(el);
  while (behind !== null) {
    const [red, green, blue, alpha] = convertedColour(getComputedStyle(behind).backgroundColor);
    if (alpha > 127) return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    behind = around(behind);
  }
  return null;
}

function around(el: Element): Element | null {
  const parent = el.parentNode;
  return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
}
