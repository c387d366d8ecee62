import { expect, test } from "vitest";
import type { Point } from "../points/space";
import { type Camera, clamped, HOME, panned, revealing, toMap, toScreen, viewport, zoomedAt } from "./camera";

const view = viewport(900, 540, { sx: 1, sy: 0.5 });

function anywhere(): Camera {
  return { x: Math.random(), y: Math.random(), zoom: 0.5 + 20 * Math.random() };
}

test("at zoom 1 the whole map is in view and touches one margin", () => {
  const [left, top] = toScreen(HOME, view, [0, 0.75]);
  const [right, bottom] = toScreen(HOME, view, [1, 0.25]);
  expect([left, right]).toEqual([48, 852]);
  expect(top).toBeGreaterThanOrEqual(24);
  expect(bottom).toBeLessThanOrEqual(516);
});

test("up on the map is up on the screen", () => {
  expect(toScreen(HOME, view, [0.5, 0.6])[1]).toBeLessThan(toScreen(HOME, view, [0.5, 0.5])[1]);
});

test("from the map to the screen and back is where one was", () => {
  for (let i = 0; i < 200; i++) {
    const camera = anywhere();
    const place: Point = [Math.random(), Math.random()];
    const [x, y] = toMap(camera, view, toScreen(camera, view, place));
    expect(x).toBeCloseTo(place[0], 10);
    expect(y).toBeCloseTo(place[1], 10);
  }
});

test("zooming keeps what is under the pointer where it is", () => {
  for (let i = 0; i < 200; i++) {
    const camera = { ...anywhere(), x: 0.5, y: 0.5 };
    const pointer: Point = [450 + 200 * (Math.random() - 0.5), 270 + 200 * (Math.random() - 0.5)];
    const before = toMap(camera, view, pointer);
    const after = toMap(zoomedAt(camera, view, pointer, 0.9 + 0.4 * Math.random()), view, pointer);
    expect(after[0]).toBeCloseTo(before[0], 8);
    expect(after[1]).toBeCloseTo(before[1], 8);
  }
});

test("panning moves the map with the hand", () => {
  const before = toScreen(HOME, view, [0.4, 0.6]);
  const after = toScreen(panned(HOME, view, 30, -20), view, [0.4, 0.6]);
  expect(after[0] - before[0]).toBeCloseTo(30, 8);
  expect(after[1] - before[1]).toBeCloseTo(-20, 8);
});

test("a camera is never beside the map, too near, too far or not a number", () => {
  expect(clamped({ x: 7, y: -3, zoom: 1e9 })).toEqual({ x: 1, y: 0, zoom: 80 });
  expect(clamped({ x: Number.NaN, y: 0.2, zoom: 0 })).toEqual({ x: 0.5, y: 0.2, zoom: 0.5 });
});

test("revealing moves nothing that is in view and no more than it must", () => {
  expect(revealing(HOME, view, [0.5, 0.5])).toEqual(HOME);
  const near = { x: 0.5, y: 0.5, zoom: 8 };
  const [x, y] = toScreen(revealing(near, view, [0.9, 0.5]), view, [0.9, 0.5]);
  expect(x).toBeCloseTo(900 - 48, 6);
  expect(y).toBeCloseTo(270, 6);
});

test("a map without height, and a view without size, are no reason to divide by zero", () => {
  expect(Number.isFinite(viewport(900, 540, { sx: 1, sy: 0 }).fit)).toBe(true);
  expect(viewport(0, 0, { sx: 1, sy: 1 }).fit).toBeGreaterThan(0);
});
