/**
 * Development page of every widget, shown from its kept page on a channel that misbehaves when the address says so.
 *
 * ?widget=concept_map shows one widget alone; &theme=dark in dark colours. &slow=800 delays every answer by 800 ms,
 * &fail=rank,cards fails these requests (&fail=all: every one), &gone=2000 closes the line to the kernel after 2 s,
 * and &kept leaves everything as on a page of `to_html`. esbuild announces changes of the code, and the page reloads.
 */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render } from "../src/index";
import { Answers } from "../src/page/answers";
import { unpacked } from "../src/page/kept";
import { PageModel } from "../src/page/model";
import "../src/parts/comparisons";
import "../src/parts/results";
import { MisbehavingChannel } from "./misbehaving_channel";

const WIDGETS = [
  "explorer",
  "concept_map",
  "neuron_gallery",
  "audit_table",
  "compare_gallery",
  "compare_map",
  "card_view",
  "concept_graph",
  "knowledge_view",
  "prediction_view",
];
const address = new URLSearchParams(location.search);
const theme = address.get("theme") ?? "light";

async function show(name: string): Promise<void> {
  const section = document.createElement("section");
  const heading = document.createElement("h2");
  const el = document.createElement("div");
  heading.textContent = name;
  section.append(heading, el);
  document.body.append(section);
  const { kept, columns } = await unpacked(await (await fetch(`/${name}.kept`)).text());
  const channel = new MisbehavingChannel(new Answers(kept, columns), {
    slow: Number(address.get("slow") ?? 0),
    fail: (address.get("fail") ?? "").split(","),
    gone: address.has("gone") ? Number(address.get("gone")) : Number.POSITIVE_INFINITY,
    kept: address.has("kept"),
  });
  const model = new PageModel({ ...kept.traits, _channel: "channel" }, { get_model: async () => channel });
  const bundle = new PageModel({ version: "page", css: "" });
  const props = { model, el, signal: new AbortController().signal } as unknown as RenderProps;
  await render(name, props, bundle as unknown as AnyModel);
}

function link(text: string, changes: Record<string, string>): HTMLAnchorElement {
  const a = document.createElement("a");
  const to = new URLSearchParams({ ...Object.fromEntries(address), ...changes });
  if (changes.widget === "") to.delete("widget");
  a.href = `?${to}`;
  a.textContent = text;
  return a;
}

document.body.dataset.jpThemeLight = String(theme === "light");
document
  .querySelector("nav")
  ?.append(
    link("all", { widget: "" }),
    ...WIDGETS.map((widget) => link(widget, { widget })),
    link("light", { theme: "light" }),
    link("dark", { theme: "dark" }),
  );
new EventSource("/esbuild").addEventListener("change", () => location.reload());
for (const name of WIDGETS) if ((address.get("widget") ?? name) === name) await show(name);
