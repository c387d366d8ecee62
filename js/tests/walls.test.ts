/** Walls between the folders of `src`, which Biome enforces from `walls.json`. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

/** A folder may import from the rows above its own; folders of one row are strangers. */
const ROWS = [
  ["generated"],
  ["kernel"],
  ["ui"],
  ["neurons"],
  ["audits", "comparisons"],
  [
    "audit_table",
    "card_view",
    "concept_graph",
    "concept_map",
    "knowledge_view",
    "neuron_gallery",
    "prediction_view",
  ],
  ["compare_gallery", "compare_map"],
  ["compare_explorer", "explorer"],
  ["page", "parts"],
];

const js = join(import.meta.dirname, "..");
const src = readdirSync(join(js, "src"), { withFileTypes: true });
const folders = src.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const besideThem = src
  .filter((entry) => /^\w+\.tsx?$/.test(entry.name))
  .map((entry) => entry.name.split(".")[0] ?? "");
const apart = mkdtempSync(join(tmpdir(), "walls-"));
afterAll(() => rmSync(apart, { recursive: true }));

interface Report {
  diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
}

/** Lints the files beside a copy of the configuration; gives the refused lines of each file. */
function refused(files: Record<string, string[]>): Map<string, Set<string>> {
  for (const name of ["biome.json", "walls.json"]) cpSync(join(js, name), join(apart, name));
  for (const [path, lines] of Object.entries(files)) {
    mkdirSync(dirname(join(apart, path)), { recursive: true });
    writeFileSync(join(apart, path), lines.map((line) => `import "${line}";\n`).join(""));
  }
  const found = new Map(Object.keys(files).map((path) => [path, new Set<string>()]));
  for (const { category, location } of lint().diagnostics) {
    if (category !== "lint/style/noRestrictedImports") continue;
    found.get(location.path)?.add(files[location.path]?.[location.start.line - 1] ?? "");
  }
  return found;
}

function lint(): Report {
  const biome = join(js, "node_modules/.bin/biome");
  const options = ["lint", "--reporter=json", "--max-diagnostics=none", "."];
  try {
    return JSON.parse(execFileSync(biome, options, { cwd: apart, encoding: "utf8", stdio: "pipe" }));
  } catch (error) {
    return JSON.parse((error as { stdout: string }).stdout);
  }
}

test("every folder of src has its row", () => {
  expect(folders.toSorted()).toEqual(ROWS.flat().toSorted());
});

test("no file of a folder may import from its own row or the rows after it, and every file from the rows before", () => {
  const files: Record<string, string[]> = {};
  const expected = new Map<string, Set<string>>();
  for (const folder of folders.filter((name) => !["generated", "page", "parts"].includes(name))) {
    const row = ROWS.findIndex((names) => names.includes(folder));
    const before = ROWS.slice(0, row).flat();
    for (const [path, up] of [
      [`src/${folder}/probe.ts`, "../"],
      [`src/${folder}/room/probe.ts`, "../../"],
      [`src/${folder}/room/corner/probe.tsx`, "../../../"],
    ] as const) {
      const others = [...folders, "folder_without_a_row"].filter((name) => name !== folder);
      const allowed = others
        .filter((name) => before.includes(name))
        .map((name) => `${up}${name}/deep/module`);
      const forbidden = others.filter((name) => !before.includes(name)).map((name) => `${up}${name}/module`);
      const root = besideThem.map((name) => `${up}${name}`);
      files[path] = [...allowed, ...forbidden, ...root];
      expected.set(path, new Set([...forbidden, ...root]));
    }
  }
  expect(refused(files)).toEqual(expected);
});

test("a room imports from no room beside it that its folder's wall does not name", () => {
  expect(
    refused({
      "src/ui/buttons/probe.ts": ["../grid/virtual_grid", "../format"],
      "src/neurons/query/probe.ts": ["../pictures/picture", "../python"],
      "src/audit_table/rows/probe.tsx": ["../concepts/concept_box", "../state/state"],
      "src/neuron_gallery/state/probe.ts": ["../detail/detail", "./state"],
      "src/concept_map/drawing/webgl/probe.ts": ["../canvas/stamp", "../renderer", "../../points/points"],
    }),
  ).toEqual(
    new Map([
      ["src/ui/buttons/probe.ts", new Set(["../grid/virtual_grid"])],
      ["src/neurons/query/probe.ts", new Set(["../pictures/picture"])],
      ["src/audit_table/rows/probe.tsx", new Set(["../concepts/concept_box"])],
      ["src/neuron_gallery/state/probe.ts", new Set(["../detail/detail"])],
      ["src/concept_map/drawing/webgl/probe.ts", new Set(["../canvas/stamp"])],
    ]),
  );
});

/** A room of the map may import from those before it; camera and colours are strangers. */
const MAP_ROOMS: Record<string, string[]> = {
  points: [],
  camera: ["points"],
  colours: ["points"],
  state: ["camera", "colours", "points"],
  drawing: ["camera", "colours", "points", "state"],
  "drawing/canvas": ["camera", "colours", "points", "state"],
};

test("the map's rooms lie one above the other, and none knows a view", () => {
  const files: Record<string, string[]> = {};
  const expected = new Map<string, Set<string>>();
  for (const [room, below] of Object.entries(MAP_ROOMS)) {
    const up = "../".repeat(room.split("/").length);
    const others = ["camera", "colours", "drawing", "legend", "points", "state"].filter(
      (other) => !room.startsWith(other),
    );
    const lines = (rooms: string[]) => rooms.map((other) => `${up}${other}/module`);
    const forbidden = [...lines(others.filter((other) => !below.includes(other))), `${up}view`, "preact"];
    const path = `src/concept_map/${room}/probe.ts`;
    files[path] = [...lines(below), ...forbidden, `${up}../kernel/types`, `${up}../neurons/cards`, "./own"];
    expected.set(path, new Set(forbidden));
  }
  expect(refused(files)).toEqual(expected);
});

test("the state of a widget draws nothing and knows no view", () => {
  const imports = ["../view", "../rows/row", "preact/hooks", "@preact/signals", "./words", "../../ui/format"];
  for (const widget of ["audit_table", "card_view", "compare_gallery", "knowledge_view", "neuron_gallery"]) {
    const path = `src/${widget}/state/probe.ts`;
    expect(refused({ [path]: imports }).get(path)).toEqual(
      new Set(["../view", "../rows/row", "preact/hooks"]),
    );
  }
});

test("kernel/ draws nothing", () => {
  const path = "src/kernel/probe.ts";
  expect(refused({ [path]: ["preact", "preact/hooks"] }).get(path)?.size).toBe(2);
});
