/** Entry of a page of `to_html`, which shows its widget at once, and of a module of `to_module`, whose host asks for it. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render } from "../index";
import { lend } from "../on_demand";
import { Answers } from "./answers";
import { unpacked } from "./kept";
import { PageChannel, PageModel } from "./model";
import { PartColumns, scriptPart } from "./parts";

// The page's view may be in a part, which stands below this code.
lend();

/** The widget of a module, packed, and the styles of all views: the line that `to_module` writes below this code. */
declare const slwModule: { kept: string; css: string };

/** Margins around the widget of a page, in pixels. */
const MARGINS = 28;

async function modelOf(text: string): Promise<PageModel> {
  const { kept, columns: whole } = await unpacked(text);
  const columns = kept.starts === undefined ? whole : new PartColumns(kept.starts, scriptPart);
  const channel = new PageChannel(new Answers(kept, columns));
  return new PageModel({ ...kept.traits, _channel: "channel" }, { get_model: async () => channel });
}

/** Shows the widget; without `css`, the document has the styles. */
async function show(el: HTMLElement, model: PageModel, signal: AbortSignal, css = ""): Promise<void> {
  const bundle = new PageModel({ version: "page", css });
  const props = { model, el, signal } as unknown as RenderProps;
  await render(String(model.get("_view")), props, bundle as unknown as AnyModel);
}

async function showPage(el: HTMLElement, text: string): Promise<void> {
  const model = await modelOf(text);
  const least = Number(model.get("height"));
  el.style.setProperty("--slw-around", `${MARGINS}px`);
  const fill = () => model.set("height", Math.max(least, window.innerHeight - MARGINS));
  fill();
  window.addEventListener("resize", fill);
  el.textContent = "";
  await show(el, model, new AbortController().signal);
}

const el = document.getElementById("view");
const text = document.getElementById("kept")?.textContent;
if (el !== null && text)
  showPage(el, text).catch((error) => {
    el.textContent = `This page could not be shown: ${error}`;
  });

export default {
  /** Shows the widget of the module in `el`; the function that it gives back removes it. */
  async render({ el }: { el: HTMLElement }): Promise<() => void> {
    const leaving = new AbortController();
    await show(el, await modelOf(slwModule.kept), leaving.signal, slwModule.css);
    return () => leaving.abort();
  },
};
