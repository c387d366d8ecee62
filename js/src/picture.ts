/** Picture of a widget that was restored from a notebook without its kernel, as the kernel last drew it. */
import { followTheme } from "./kernel/host/theme";

/** Shows the picture in a sandboxed frame without scripts, because a notebook's contents are untrusted. */
export function showPicture(el: HTMLElement, picture: string, signal: AbortSignal): void {
  const frame = document.createElement("iframe");
  frame.title = "The widget as last shown";
  // Lets this page measure the frame; scripts stay forbidden.
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.style.cssText = "border: 0; width: 100%; display: block";
  frame.addEventListener("load", () => {
    frame.style.height = `${(frame.contentDocument?.documentElement.scrollHeight ?? 0) + 1}px`;
  });
  followTheme(
    el,
    (theme) => {
      // A frame is transparent only where its colour scheme equals the page's.
      frame.style.colorScheme = theme;
      frame.srcdoc = `<!DOCTYPE html><meta name="color-scheme" content="${theme}"><style>body{margin:0}</style>${picture}`;
    },
    signal,
  );
  el.replaceChildren(frame);
  signal.addEventListener("abort", () => frame.remove());
}
