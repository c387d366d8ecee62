import { expect, test } from "vitest";
import { GRAPH } from "../../../tests/graph_world";
import type { GraphResult } from "../../generated/protocol";
import { CLASS_WIDTH, curveOf, layoutOf, NODE, strokeOf } from "./layout";
import { edgesAt, pathsThrough } from "./paths";

const layer = (name: string, column: number) => ({ name, column, n_components: 1 });
const chain = (n: number, per: number): GraphResult => ({
  ...GRAPH,
  layers: Array.from({ length: n }, (_, column) => layer(`layer${column}`, column)),
  nodes: [
    ...Array.from({ length: n * per }, (_, i) => ({
      ...(GRAPH.nodes[0] as GraphResult["nodes"][number]),
      layer: `layer${Math.floor(i / per)}`,
      place: i % per,
    })),
    GRAPH.nodes[4] as GraphResult["nodes"][number],
  ],
  edges: [],
});

test("layers lie from left to right, nodes by their place, and the class at the right end", () => {
  const { nodes, layers, width } = layoutOf(GRAPH, 1000);
  const [low3, low5, high0, high8, bird] = nodes;
  expect(low3?.x).toBe(low5?.x);
  expect(low5?.y).toBeLessThan(low3?.y ?? 0);
  expect(high0?.x).toBeGreaterThan((low3?.x ?? 0) + NODE.width);
  expect(high0?.y).toBeLessThan(high8?.y ?? 0);
  expect(bird?.x).toBeGreaterThan(high0?.x ?? 0);
  expect((bird?.x ?? 0) + CLASS_WIDTH).toBeLessThan(width);
  expect(layers.map(({ name }) => name)).toEqual(["low", "high", ""]);
});

test.each([
  [1, 1],
  [1, 8],
  [12, 8],
  [3, 0],
])("no nodes of %d layers with %d each overlap, and all lie inside", (n, per) => {
  const { nodes, width, height } = layoutOf(chain(n, per), 900);
  nodes.forEach((a, i) => {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.y + NODE.height).toBeLessThanOrEqual(height);
    expect(a.x).toBeLessThan(width);
    for (const b of nodes.slice(i + 1))
      expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
  });
});

test("few columns use the width of the view, many are scrolled", () => {
  expect(layoutOf(chain(2, 2), 700).width).toBe(700);
  expect(layoutOf(chain(12, 2), 700).width).toBeGreaterThan(2000);
});

test("layers of one column lie one below another", () => {
  const side = { ...GRAPH, layers: [layer("low", 0), layer("high", 0)] };
  const { nodes } = layoutOf(side, 800);
  expect(new Set(nodes.slice(0, 4).map(({ x }) => x)).size).toBe(1);
  expect(new Set(nodes.slice(0, 4).map(({ y }) => y)).size).toBe(4);
});

test("a curve joins the sides of its nodes, and is as wide as its share", () => {
  const layout = layoutOf(GRAPH, 1000);
  const [from, to] = [layout.nodes[0], layout.nodes[2]];
  const curve = curveOf(layout, GRAPH.edges[0] as GraphResult["edges"][number]);
  expect(curve.startsWith(`M${(from?.x ?? 0) + NODE.width} ${(from?.y ?? 0) + NODE.height / 2}C`)).toBe(true);
  expect(curve.endsWith(`${to?.x} ${(to?.y ?? 0) + NODE.height / 2}`)).toBe(true);
  expect(strokeOf(-0.5)).toBe(2 * strokeOf(0.25));
});

test("paths go through a node from the first layer to the class, and no others", () => {
  const { edges } = GRAPH;
  expect(pathsThrough(edges, 2)).toEqual(new Set([edges[0], edges[1], edges[3]]));
  expect(pathsThrough(edges, 3)).toEqual(new Set([edges[2]]));
  expect(pathsThrough(edges, 4)).toEqual(new Set([edges[0], edges[1], edges[3]]));
  expect(edgesAt(edges, 2, "target").map(({ source }) => source)).toEqual([0, 1]);
});
