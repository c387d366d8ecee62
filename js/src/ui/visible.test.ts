import { h, render } from "preact";
import { expect, it } from "vitest";
import { drawVisibly } from "./visible";

it("all text and tooltips that Preact draws are visible, values are left alone", () => {
  drawVisibly();
  const el = document.createElement("div");
  const name = "\u202egpj.exe";
  const Name = ({ children }: { children: string }) => h("b", { title: children }, children);
  render(h("p", null, "of ", [name, h(Name, null, name)], h("input", { value: name })), el);
  expect(el.textContent).toBe("of \\u202egpj.exe\\u202egpj.exe");
  expect(el.querySelector("b")?.title).toBe("\\u202egpj.exe");
  expect(el.querySelector("input")?.value).toBe(name);
});
