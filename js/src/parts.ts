/** Loading of `results`, whose code Python sends when it is first needed; pages of `to_html` provide it. */
import type { RenderProps } from "@anywidget/types";
import type { Channel } from "./kernel/channel";
import { KernelClient } from "./kernel/client";
import { addStyles } from "./kernel/host/styles";
import type * as Results from "./results";
import { SHARED } from "./shared";

interface Part {
  views: typeof Results;
  css: string;
}

const page = globalThis as unknown as Record<symbol, typeof SHARED>;
let results: Promise<Part> | undefined;

/** Gives the part to a page that holds it, styles included. */
export function provideResults(views: typeof Results): void {
  results = Promise.resolve({ views, css: "" });
}

/** Loads the part once and shows one of its views; a failure is forgotten, so that the next view tries again. */
export async function withResults(
  { el, signal }: RenderProps,
  channel: Channel,
  version: string,
  show: (views: typeof Results) => void,
): Promise<void> {
  results ??= load(channel).catch((error) => {
    results = undefined;
    throw error;
  });
  const { views, css } = await results;
  if (css !== "") addStyles(el, `${version} results`, css);
  if (!signal.aborted) show(views);
}

async function load(channel: Channel): Promise<Part> {
  const kernel = new KernelClient(channel, new AbortController().signal);
  const { result } = await kernel.request("part", { name: "results" });
  // Set just before the part reads it: a page may have bundles of several versions.
  page[Symbol.for("semanticlens_widgets.shared")] = SHARED;
  const url = URL.createObjectURL(new Blob([result.code], { type: "text/javascript" }));
  const views = (await import(url).finally(() => URL.revokeObjectURL(url))) as typeof Results;
  return { views, css: result.css };
}
