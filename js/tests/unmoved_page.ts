/** Page for tests without scrolling or resizing; views end with their test. */
import { afterEach, beforeEach, vi } from "vitest";

class Unmoved {
  observe(): void {}
  disconnect(): void {}
}

/** The life of the view under test. */
export function unmovedPage(): () => AbortController {
  let life = new AbortController();
  beforeEach(() => {
    life = new AbortController();
    vi.stubGlobal("IntersectionObserver", Unmoved);
    vi.stubGlobal("ResizeObserver", Unmoved);
  });
  afterEach(() => {
    life.abort();
    vi.unstubAllGlobals();
  });
  return () => life;
}

/** An element on the page for the view to be drawn into. */
export function place(): HTMLElement {
  const el = document.createElement("div");
  document.body.append(el);
  return el;
}
