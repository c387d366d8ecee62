type Theme = "light" | "dark";

/** Returns the page's theme: the one that JupyterLab states, else by how dark the background is. */
export function pageTheme(): Theme {
  const said = document.body.dataset.jpThemeLight;
  if (said !== undefined) return said === "false" ? "dark" : "light";
  const luminance = backgroundLuminance(document.body);
  if (luminance !== null) return luminance < 0.5 ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls back with the theme now and whenever it changes. */
export function followTheme(listener: (theme: Theme) => void, signal: AbortSignal): void {
  const tell = () => listener(pageTheme());
  const observer = new MutationObserver(tell);
  const attributeFilter = ["data-jp-theme-light", "data-jp-theme-name", "class", "style"];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  tell();
}

function backgroundLuminance(element: Element): number | null {
  const numbers = getComputedStyle(element)
    .backgroundColor.match(/[\d.]+/g)
    ?.map(Number);
  const [red, green, blue, alpha = 1] = numbers ?? [];
  if (red === undefined || green === undefined || blue === undefined || alpha === 0) return null;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
