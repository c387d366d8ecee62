import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { suppressShortcuts } from "./shortcuts";

let el: HTMLElement;
let controller: AbortController;
/** True for each key that a host heard as Lumino does: before the view, and outside of what opts out. */
let heard: boolean[];

beforeEach(() => {
  document.body.innerHTML = "<div><input><button></button></div>";
  el = document.body.querySelector("div") as HTMLElement;
  controller = new AbortController();
  heard = [];
  suppressShortcuts(el, controller.signal);
  document.addEventListener(
    "keydown",
    (event) => heard.push(!(event.target as Element).hasAttribute("data-lm-suppress-shortcuts")),
    { capture: true, signal: controller.signal },
  );
});

afterEach(() => controller.abort());

function press(where: string, key: string, held: KeyboardEventInit = {}): void {
  const target = document.querySelector(where) as Element;
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, ...held }));
}

describe("a host that looks for shortcuts before the view", () => {
  it("hears no key of a text box but saving", () => {
    press("input", "z", { ctrlKey: true });
    press("input", "x");
    press("input", "s", { metaKey: true });
    press("input", "a", { ctrlKey: true });
    expect(heard).toEqual([false, false, true, false]);
  });

  it("hears chords from elsewhere that edit nothing", () => {
    press("button", "x");
    press("button", "z", { ctrlKey: true });
    press("button", "b", { ctrlKey: true });
    expect(heard).toEqual([false, false, true]);
  });

  it("hears all keys outside of the view", () => {
    press("body", "x");
    expect(heard).toEqual([true]);
  });
});
