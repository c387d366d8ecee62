import { expect, it } from "vitest";
import { addStyles } from "./styles";

const CSS = ".slw { --v: 1 }";
const marks = (root: ParentNode) => root.querySelectorAll("style[data-semanticlens-widgets]").length;

it("styles come once a page and version", () => {
  const el = document.body.appendChild(document.createElement("div"));
  addStyles(el, "1", CSS);
  addStyles(el, "1", CSS);
  expect(marks(document.head)).toBe(1);
});

it("styles of a widget in a shadow root go into that root", () => {
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "open" });
  const el = root.appendChild(document.createElement("div"));
  addStyles(el, "2", CSS);
  expect(marks(root)).toBe(1);
});
