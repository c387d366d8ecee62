import { expect, test, vi } from "vitest";
import { MisbehavingChannel } from "../dev/misbehaving_channel";
import type { Answers } from "../src/page/answers";

const answers = { to: (kind: string) => ({ result: { kind }, buffers: [] }) } as unknown as Answers;

test("a channel fails the requests that the address names, answers the others late, and closes when told to", async () => {
  vi.useFakeTimers();
  const channel = new MisbehavingChannel(answers, { slow: 100, fail: ["rank"], gone: 500, kept: false });
  const received: unknown[] = [];
  channel.on("msg:custom", (answer) => received.push(answer));
  channel.send({
    requests: [
      { rid: "1", kind: "rank", params: {} },
      { rid: "2", kind: "cards", params: {} },
    ],
  });
  await vi.advanceTimersByTimeAsync(99);
  expect(received).toEqual([]);
  await vi.advanceTimersByTimeAsync(2);
  expect(received).toEqual([
    { rid: "1", error: { type: "RuntimeError", message: expect.stringContaining("'rank'") } },
    { rid: "2", result: { kind: "cards" } },
  ]);
  await vi.advanceTimersByTimeAsync(500);
  expect(channel.comm_live).toBe(false);
  vi.useRealTimers();
});
