import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeHost } from "../../tests/fake_host";
import type { RankParams } from "../generated/protocol";
import { Channel } from "./channel";
import { KernelClient } from "./client";

const RANK: RankParams = {
  layer: "bn2",
  query: "",
  query_image: "",
  sort: "alignment",
  descending: true,
};

let model: FakeHost;
let channel: Channel;
let lifetime: AbortController;
let kernel: KernelClient;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeHost();
  channel = new Channel(model.asHost);
  lifetime = new AbortController();
  kernel = new KernelClient(channel, lifetime.signal);
});

afterEach(() => {
  vi.useRealTimers();
});

const frame = () => vi.advanceTimersByTimeAsync(200);
const kinds = () => model.requests.map((request) => request.kind);
const ridOf = (kind: string) => model.requests.find((request) => request.kind === kind)?.rid ?? "";
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as Error & { type?: string },
  );

describe("requests", () => {
  it("of one frame leave in one message, at most twenty messages a second", async () => {
    const start = performance.now();
    for (let index = 0; index < 100; index++) {
      void kernel.request("complete", { text: String(index), vocabulary: "" });
      await vi.advanceTimersByTimeAsync(10);
    }
    await frame();
    expect(model.requests).toHaveLength(100);
    expect(model.sent.length).toBeLessThanOrEqual(((performance.now() - start) / 1000) * 20 + 1);
  });

  it("resolve with the answer of the same rid and its buffers", async () => {
    const first = kernel.request("complete", { text: "b", vocabulary: "" });
    const second = kernel.request("label_layer", { layer: "bn2", vocabulary: "v1" });
    await frame();
    const buffer = new DataView(new ArrayBuffer(4));
    model.answer({ rid: ridOf("label_layer"), result: { n: 2 } }, [buffer]);
    model.answer({ rid: ridOf("complete"), result: { words: ["bird"] } });
    expect((await first).result.words).toEqual(["bird"]);
    expect((await second).result.n).toBe(2);
    expect((await second).buffers[0]).toBe(buffer);
  });

  it("reject with the type and the message of an error in Python", async () => {
    const failed = failureOf(kernel.request("rank", RANK));
    await frame();
    model.answer({ rid: ridOf("rank"), error: { type: "ValueError", message: "type a word" } });
    expect(await failed).toMatchObject({ name: "KernelError", type: "ValueError", message: "type a word" });
  });

  it("tell their progress and go on waiting", async () => {
    const seen: unknown[] = [];
    const reply = kernel.request("prepare", {}, { onProgress: (progress) => seen.push(progress) });
    await frame();
    model.answer({ rid: ridOf("prepare"), progress: { done: 1, total: 2, what: "texts" } });
    model.answer({ rid: ridOf("prepare"), result: {} });
    await reply;
    expect(seen).toEqual([{ done: 1, total: 2, what: "texts" }]);
  });

  it("carry their buffers behind one another, with how many belong to each", async () => {
    void kernel.request("image", { name: "" }, { buffers: [new ArrayBuffer(3), new ArrayBuffer(4)] });
    void kernel.request("rank", RANK);
    await frame();
    expect(model.requests.map((request) => request.n_buffers)).toEqual([2, 0]);
  });

  it("ignore answers to other pages and answers that come twice", async () => {
    const reply = kernel.request("complete", { text: "b", vocabulary: "" });
    await frame();
    model.answer({ rid: "another page:1", result: { words: ["elsewhere"] } });
    model.answer({ rid: ridOf("complete"), result: { words: ["first"] } });
    model.answer({ rid: ridOf("complete"), result: { words: ["second"] } });
    expect((await reply).result.words).toEqual(["first"]);
  });
});

describe("a slot", () => {
  it("aborts the older request, whose answer never shows", async () => {
    const older = failureOf(kernel.request("rank", { ...RANK, query: "b" }, { slot: "rank" }));
    await frame();
    const newer = kernel.request("rank", { ...RANK, query: "bird" }, { slot: "rank" });
    await frame();
    const [first, , second] = model.requests;
    expect(kinds()).toEqual(["rank", "cancel", "rank"]);
    expect(model.requests[1]?.params).toEqual({ rid: first?.rid });
    model.answer({ rid: second?.rid, result: { n: 2 } });
    model.answer({ rid: first?.rid, result: { n: 1 } });
    expect((await older)?.name).toBe("AbortError");
    expect((await newer).result.n).toBe(2);
  });

  it("never sends what was replaced within a frame", async () => {
    const older = failureOf(kernel.request("rank", { ...RANK, query: "b" }, { slot: "rank" }));
    void kernel.request("rank", { ...RANK, query: "bi" }, { slot: "rank" });
    await frame();
    expect(model.requests.map((request) => request.params)).toEqual([{ ...RANK, query: "bi" }]);
    expect((await older)?.name).toBe("AbortError");
  });

  it("is the view's own: another view's slot of that name is another", async () => {
    const other = new KernelClient(channel, lifetime.signal);
    void kernel.request("rank", RANK, { slot: "rank" });
    void other.request("rank", RANK, { slot: "rank" });
    await frame();
    expect(kinds()).toEqual(["rank", "rank"]);
    expect(new Set(model.requests.map((request) => request.slot)).size).toBe(2);
  });
});

describe("aborting", () => {
  it("tells Python and rejects with an AbortError", async () => {
    const controller = new AbortController();
    const failed = failureOf(kernel.request("prepare", {}, { signal: controller.signal }));
    await frame();
    controller.abort();
    await frame();
    expect(kinds()).toEqual(["prepare", "cancel"]);
    expect((await failed)?.name).toBe("AbortError");
  });

  it("the view's life aborts all that it asked", async () => {
    const failed = failureOf(kernel.request("prepare", {}));
    await frame();
    lifetime.abort();
    expect((await failed)?.name).toBe("AbortError");
    expect((await failureOf(kernel.request("prepare", {})))?.name).toBe("AbortError");
  });
});

describe("the status", () => {
  const statuses = () => {
    const seen: string[] = [];
    kernel.onStatus((status) => seen.push(status), lifetime.signal);
    return seen;
  };

  it("is busy when an answer takes more than 400 ms, and ready when it came", async () => {
    const seen = statuses();
    const reply = kernel.request("prepare", {});
    await vi.advanceTimersByTimeAsync(390);
    expect(kernel.status).toBe("ready");
    await vi.advanceTimersByTimeAsync(20);
    expect(kernel.status).toBe("busy");
    model.answer({ rid: ridOf("prepare"), result: {} });
    await reply;
    expect(seen).toEqual(["busy", "ready"]);
  });

  it("stays ready while a request waits for work that is done elsewhere", async () => {
    const seen = statuses();
    const reply = kernel.request("prepare", {}, { patient: true });
    await vi.advanceTimersByTimeAsync(5000);
    model.answer({ rid: ridOf("prepare"), result: {} });
    await reply;
    expect(seen).toEqual([]);
  });

  it("is gone when the kernel restarts, and what waits is told", async () => {
    const seen = statuses();
    const failed = failureOf(kernel.request("prepare", {}));
    await frame();
    model.setLive(false);
    expect(await failed).toMatchObject({
      type: "KernelGone",
      message: "The kernel is gone: run the cell again",
    });
    expect(seen).toEqual(["gone"]);
    expect(await failureOf(kernel.request("prepare", {}))).toMatchObject({ type: "KernelGone" });
  });

  it("is ready again when the line is back", () => {
    model.setLive(false);
    model.setLive(true);
    expect(kernel.status).toBe("ready");
  });

  it("is gone when the host refuses to send", async () => {
    model.closed = true;
    const failed = failureOf(kernel.request("prepare", {}));
    await frame();
    expect(await failed).toMatchObject({ type: "KernelGone" });
    expect(kernel.status).toBe("gone");
  });

  it("is gone from the start for a widget that came out of a saved notebook", () => {
    const saved = new FakeHost();
    saved.comm_live = false;
    expect(new KernelClient(new Channel(saved.asHost), lifetime.signal).status).toBe("gone");
  });
});
