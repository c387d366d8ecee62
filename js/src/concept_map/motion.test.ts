import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FrameBudget } from "./drawing/frame_budget";
import { CARD_AFTER_MS, GRACE_MS, Hover } from "./state/hover";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function hover(): Hover {
  return new Hover(new AbortController().signal);
}

test("the ring comes at once and the card when the pointer rests", () => {
  const over = hover();
  over.over(3);
  expect([over.point.value, over.card.value]).toEqual([3, null]);
  vi.advanceTimersByTime(CARD_AFTER_MS);
  expect(over.card.value).toBe(3);
});

test("a pointer that passes over points opens no card", () => {
  const over = hover();
  for (let point = 0; point < 20; point++) {
    over.over(point);
    vi.advanceTimersByTime(40);
  }
  over.over(null);
  vi.advanceTimersByTime(1000);
  expect([over.point.value, over.card.value]).toEqual([null, null]);
});

test("there is time to reach the card, also across other points, and then it stays with its ring", () => {
  const over = hover();
  over.over(3);
  vi.advanceTimersByTime(CARD_AFTER_MS);
  over.over(null);
  vi.advanceTimersByTime(100);
  over.over(8);
  vi.advanceTimersByTime(100);
  over.enterCard();
  vi.advanceTimersByTime(5000);
  expect([over.point.value, over.card.value]).toEqual([3, 3]);
  over.leaveCard();
  vi.advanceTimersByTime(GRACE_MS - 1);
  expect(over.card.value).toBe(3);
  vi.advanceTimersByTime(1);
  expect([over.point.value, over.card.value]).toEqual([null, null]);
});

test("resting on another point changes the card", () => {
  const over = hover();
  over.over(3);
  vi.advanceTimersByTime(CARD_AFTER_MS);
  over.over(8);
  vi.advanceTimersByTime(1000);
  expect([over.point.value, over.card.value]).toEqual([8, 8]);
});

test("coming back to the point in time keeps its card", () => {
  const over = hover();
  over.over(3);
  vi.advanceTimersByTime(CARD_AFTER_MS);
  over.over(null);
  vi.advanceTimersByTime(GRACE_MS - 10);
  over.over(3);
  vi.advanceTimersByTime(1000);
  expect([over.point.value, over.card.value]).toEqual([3, 3]);
});

test("a pinned card stays until it is closed, while the ring goes on", () => {
  const over = hover();
  over.pin(3);
  over.over(8);
  vi.advanceTimersByTime(1000);
  over.leaveCard();
  vi.advanceTimersByTime(1000);
  expect([over.point.value, over.card.value]).toEqual([8, 3]);
  over.close();
  expect([over.point.value, over.card.value, over.pinned.value]).toEqual([null, null, false]);
});

test("nothing happens after the end", () => {
  const life = new AbortController();
  const over = new Hover(life.signal);
  over.over(3);
  life.abort();
  vi.advanceTimersByTime(1000);
  expect(over.card.value).toBeNull();
});

/** Frames of a movement on a machine that takes so many milliseconds for 1000 points. */
function settle(budget: FrameBudget, n: number, perThousand: number): number {
  for (let frame = 0; frame < 60; frame++) {
    const drawn = budget.take(n);
    budget.observe(drawn, Math.max(2, (drawn / 1000) * perThousand));
  }
  return (budget.take(n) / 1000) * perThousand;
}

test("on a slow machine a moving map draws what it can in about one frame", () => {
  expect(settle(new FrameBudget(), 1_000_000, 0.65)).toBeLessThan(35);
  expect(settle(new FrameBudget(), 1_000_000, 0.65)).toBeGreaterThan(12);
});

test("on a fast machine a moving map draws everything", () => {
  const budget = new FrameBudget();
  settle(budget, 1_000_000, 0.004);
  expect(budget.take(1_000_000)).toBe(1_000_000);
});

test("however slow, something is drawn; small maps are always drawn whole", () => {
  const budget = new FrameBudget();
  settle(budget, 1_000_000, 1000);
  expect(budget.take(1_000_000)).toBe(4000);
  expect(budget.take(1280)).toBe(1280);
});
