/** A widget that was restored from a notebook, and has no kernel: the picture that its kernel drew last. */
import { followTheme } from "./kernel/theme";

/** In a frame of its own in which nothing runs: what a notebook brings along is not trusted any further. */
export function showPicture(el: HTMLElement, picture: string, signal: AbortSignal): void {
  const frame = document.createElement("iframe");
  frame.title = "The widget as it was shown last";
  // Lets this page measure it; scripts stay forbidden.
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.style.cssText = "border: 0; width: 100%; display: block";
  frame.addEventListener("load", () => {
    frame.style.height = `${(frame.contentDocument?.documentElement.scrollHeight ?? 0) + 1}px`;
  });
  followTheme((theme) => {
    // A frame is as transparent as its page only where both have the same scheme.
    frame.style.colorScheme = theme;
    frame.srcdoc = `<!DOCTYPE html><meta name="color-scheme" content="${theme}"><style>body{margin:0}</style>${picture}`;
  }, signal);
  el.replaceChildren(frame);
  signal.addEventListener("abort", () => frame.remove());
}
