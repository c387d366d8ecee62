/** Entry of a page of `to_html`: shows its widget. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render } from "../index";
import { Answers } from "./answers";
import { unpacked } from "./kept";
import { PageChannel, PageModel } from "./model";

/** Margins around the widget, in pixels. */
const MARGINS = 28;

async function show(el: HTMLElement, text: string): Promise<void> {
  const { kept, columns } = await unpacked(text);
  const channel = new PageChannel(new Answers(kept, columns));
  const least = Number(kept.traits.height);
  const model = new PageModel({ ...kept.traits, _channel: "channel" }, { get_model: async () => channel });
  el.style.setProperty("--slw-around", `${MARGINS}px`);
  const fill = () => model.set("height", Math.max(least, window.innerHeight - MARGINS));
  fill();
  window.addEventListener("resize", fill);
  el.textContent = "";
  // The page has its own styles, so that the bundle adds none.
  const bundle = new PageModel({ version: "page", css: "" });
  const props = { model, el, signal: new AbortController().signal } as unknown as RenderProps;
  await render(String(kept.traits._view), props, bundle as unknown as AnyModel);
}

const el = document.getElementById("view");
const text = document.getElementById("kept")?.textContent;
if (el !== null && text)
  show(el, text).catch((error) => {
    el.textContent = `This page could not be shown: ${error}`;
  });
