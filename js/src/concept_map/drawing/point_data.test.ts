import { expect, test } from "vitest";
import { FOUR, mapReply } from "../../../tests/map_world";
import { clusterColouring } from "../colours/colouring";
import { FADED, toggled } from "../colours/filter";
import { decodePoints } from "../points/points";
import { PointDataMaker } from "./point_data";

const page = { background: [255, 255, 255], foreground: [0, 0, 0] } as const;

function drawn() {
  const points = decodePoints(mapReply(FOUR, { kinds: [0, 0, 255, 255] }));
  return { points, colouring: clusterColouring(points), filter: null, selected: [], page };
}

test("columns are in drawing order", () => {
  const { points, ...rest } = drawn();
  const data = new PointDataMaker().make({ points, ...rest, filter: toggled(null, 0) }, true);
  [...points.order].forEach((point, place) => {
    expect([data.xy[2 * place], data.xy[2 * place + 1]]).toEqual(FOUR.slice(2 * point, 2 * point + 2));
    expect(data.states[place]).toBe(point < 2 ? FADED : 0);
    expect(data.entries[place]).toBe(point < 2 ? 0 : 255);
  });
});

test("what has not changed keeps its array, so that it is not sent to the graphics card again", () => {
  const maker = new PointDataMaker();
  const wanted = drawn();
  const first = maker.make(wanted, true);
  const second = maker.make({ ...wanted, selected: [1] }, true);
  expect([
    second.xy === first.xy,
    second.entries === first.entries,
    second.palette === first.palette,
  ]).toEqual([true, true, true]);
  expect(second.states).not.toBe(first.states);
});

test("new points begin at old ones, unless motion is not wanted, and the first ones where they are", () => {
  for (const morphs of [true, false]) {
    const maker = new PointDataMaker();
    expect(maker.make(drawn(), morphs).start).toBeNull();
    const moved = { ...drawn(), points: decodePoints(mapReply([1, 1, 2, 2, 3, 3, 4, 4])) };
    expect(maker.make(moved, morphs).start === null).toBe(!morphs);
  }
});

test("colours of other points are not shown on these", () => {
  const { points, ...rest } = drawn();
  const fewer = decodePoints(mapReply([1, 1]));
  expect([...new PointDataMaker().make({ ...rest, points: fewer }, true).entries]).toEqual([255]);
});
