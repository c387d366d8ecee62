/** Views that are loaded on demand: shown once their part is there; otherwise a sentence, and a way to try again. */
import type { RenderProps } from "@anywidget/types";
import { afterAll, expect, test, vi } from "vitest";
import { FakeHost } from "../tests/fake_host";
import { Channel } from "./kernel/channel";
import { provide, showOnDemand } from "./on_demand";

const leaving = new AbortController();
afterAll(() => leaving.abort());

function opened(traits: Record<string, unknown> = {}) {
  const host = new FakeHost(traits);
  const el = document.createElement("div");
  const props = { el, model: host, signal: leaving.signal } as unknown as RenderProps;
  const channel = new Channel(host.asHost);
  const show = (view: string) => showOnDemand(view, props, channel, "1");
  return { host, el, show };
}

async function answered(host: FakeHost, answer: Record<string, unknown>): Promise<void> {
  await vi.waitFor(() => expect(host.requests.length).toBeGreaterThan(0));
  const request = host.requests.at(-1);
  host.answer({ rid: request?.rid, ...answer });
}

test("a failure is one sentence, and trying again asks again", async () => {
  const { host, el, show } = opened();
  const shown = show("card_view");
  expect(el.textContent).toContain("Loading");
  await answered(host, { error: { type: "OSError", message: "results.js is missing" } });
  await shown;
  expect(el.querySelector("[role=alert]")?.textContent).toContain(
    "The view could not be loaded: results.js is missing",
  );
  provide({ card_view: ({ el }) => (el.textContent = "here is the card") });
  el.querySelector("button")?.click();
  await vi.waitFor(() => expect(el.textContent).toBe("here is the card"));
});

test("where the kernel has gone meanwhile, the picture is shown, or that it is gone", async () => {
  for (const [picture, expected] of [
    ["<b>picture</b>", "iframe"],
    ["", ".slw-warning"],
  ] as const) {
    const { host, el, show } = opened({ _picture: picture });
    const shown = show("compare_map");
    host.setLive(false);
    await shown;
    expect(el.querySelector(expected)).not.toBeNull();
  }
});

test("a name that is no view is an error", async () => {
  await expect(opened().show("no_view")).rejects.toThrow("no view no_view");
});
