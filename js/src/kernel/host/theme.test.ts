import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followTheme, themeAround } from "./theme";

let el: HTMLElement;

/** A canvas that knows two notations: it keeps the pixel of the colour that was last filled in. */
function canvas(): CanvasRenderingContext2D {
  const pixels: Record<string, number[]> = {
    "oklch(20% 0 0)": [22, 22, 22, 255],
    "lab(95 0 0)": [240, 240, 240, 255],
  };
  const context = {
    fillStyle: "",
    fillRect: () => undefined,
    getImageData: () => ({ data: pixels[context.fillStyle] ?? [] }),
  };
  return context as unknown as CanvasRenderingContext2D;
}

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(canvas as never);
  document.body.innerHTML = "<main><div></div></main>";
  el = document.body.querySelector("div") as HTMLElement;
});

afterEach(() => {
  vi.restoreAllMocks();
  delete document.body.dataset.jpThemeLight;
  document.body.innerHTML = "";
});

function onBackground(element: Element, colour: string): void {
  const style = { backgroundColor: colour, colorScheme: "normal" } as CSSStyleDeclaration;
  const none = { backgroundColor: "", colorScheme: "normal" } as CSSStyleDeclaration;
  vi.spyOn(window, "getComputedStyle").mockImplementation((asked) => (asked === element ? style : none));
}

it("JupyterLab says which theme it has", () => {
  document.body.dataset.jpThemeLight = "false";
  expect(themeAround(el)).toBe("dark");
  document.body.dataset.jpThemeLight = "true";
  expect(themeAround(el)).toBe("light");
});

it("elsewhere the nearest opaque background says it, in any notation", () => {
  onBackground(el.parentElement as Element, "oklch(20% 0 0)");
  expect(themeAround(el)).toBe("dark");
});

it("a widget's own background says nothing", () => {
  onBackground(el, "oklch(20% 0 0)");
  expect(themeAround(el)).toBe("light");
});

it("a background outside a shadow root is behind what the root holds", () => {
  const inside = document.createElement("div");
  el.attachShadow({ mode: "open" }).append(inside);
  onBackground(document.body, "oklch(20% 0 0)");
  expect(themeAround(inside)).toBe("dark");
});

it("where every background is transparent the colour scheme says it", () => {
  const dark = { backgroundColor: "", colorScheme: "dark" } as CSSStyleDeclaration;
  vi.spyOn(window, "getComputedStyle").mockReturnValue(dark);
  expect(themeAround(el)).toBe("dark");
});

it("a change of theme is passed on live, until the signal aborts", async () => {
  const controller = new AbortController();
  const heard: string[] = [];
  document.body.dataset.jpThemeLight = "true";
  followTheme(el, (theme) => heard.push(theme), controller.signal);
  document.body.dataset.jpThemeLight = "false";
  await vi.waitFor(() => expect(heard).toEqual(["light", "dark"]));
  controller.abort();
  document.body.dataset.jpThemeLight = "true";
  await Promise.resolve();
  expect(heard).toEqual(["light", "dark"]);
});
