import { expect, it } from "vitest";
import { FakeHost } from "../../../tests/fake_host";
import { addStyles } from "./styles";

const bundle = (version: string) => new FakeHost({ version, css: `.slw { --v: ${version} }` }).asHost;
const marks = (root: ParentNode) => root.querySelectorAll("style[data-semanticlens-widgets]").length;

it("styles come once a page and version", () => {
  const el = document.body.appendChild(document.createElement("div"));
  addStyles(el, bundle("1"));
  addStyles(el, bundle("1"));
  expect(marks(document.head)).toBe(1);
});

it("styles of a widget in a shadow root go into that root", () => {
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "open" });
  const el = root.appendChild(document.createElement("div"));
  addStyles(el, bundle("2"));
  expect(marks(root)).toBe(1);
});
