/** Loading of `results`, whose code Python sends when it is first needed; pages of `to_html` provide it. */
import type { Channel } from "./kernel/channel";
import { KernelClient } from "./kernel/client";
import type * as Results from "./results";
import { SHARED } from "./shared";

const page = globalThis as unknown as Record<symbol, typeof SHARED>;
let results: Promise<typeof Results> | undefined;

export function provideResults(part: typeof Results): void {
  results = Promise.resolve(part);
}

/** Loads the part once; a failure is forgotten, so that the next view tries again. */
export function loadResults(channel: Channel): Promise<typeof Results> {
  results ??= load(channel).catch((error) => {
    results = undefined;
    throw error;
  });
  return results;
}

async function load(channel: Channel): Promise<typeof Results> {
  const kernel = new KernelClient(channel, new AbortController().signal);
  const { result } = await kernel.request("part", { name: "results" });
  // Set just before the part reads it: a page may have bundles of several versions.
  page[Symbol.for("semanticlens_widgets.shared")] = SHARED;
  const url = URL.createObjectURL(new Blob([result.code], { type: "text/javascript" }));
  return import(url).finally(() => URL.revokeObjectURL(url));
}
