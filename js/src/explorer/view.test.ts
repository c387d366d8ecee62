import { expect, test, vi } from "vitest";
import {
  auditReply,
  traits as auditTraits,
  classesReply,
  FOUR as JUDGED,
  reply,
} from "../../tests/audit_world";
import { FakeModel } from "../../tests/fake_model";
import { traits as galleryTraits, rankReply } from "../../tests/gallery_world";
import { FOUR, mapReply, traits as mapTraits } from "../../tests/map_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { asCode } from "../concept_map/state/code";
import type { ExplorerTraits } from "../generated/traits";
import { showExplorer } from "./view";

const life = unmovedPage();

/** An explorer whose first answers have come. */
async function shown(changes: Partial<ExplorerTraits> = {}) {
  const el = place();
  const kernel = new PatientKernel();
  const all = { ...galleryTraits(), ...mapTraits(), ...auditTraits(), tab: "audit" as const, ...changes };
  const model = new FakeModel<ExplorerTraits>(all);
  const explorer = showExplorer({ el, kernel, model, signal: life().signal });
  await settled();
  kernel.last("rank").answer(rankReply([0, 1, 2, 3]));
  kernel.last("map").answer(mapReply(FOUR, { kinds: [0, 255, 255, 255] }));
  for (const asked of kernel.of("audit_classes")) asked.answer(classesReply());
  await settled();
  for (const asked of kernel.of("audit")) asked.answer(auditReply());
  for (const asked of kernel.of("audit_summary")) asked.answer(reply({ classes: [] }));
  await settled();
  return { el, kernel, model, explorer };
}

const status = (el: HTMLElement) => el.querySelector(".slw-status")?.textContent;

test("an edited list is judged once for table and map together", async () => {
  const { kernel, model, explorer } = await shown({ encoding: "verdict" });
  const before = { audits: kernel.of("audit").length, all: kernel.asked.length };
  expect(before.audits).toBe(1);
  model.set("requirements", [{ class_name: "ox", valid: ["horns", "fur"], spurious: [] }]);
  await settled();
  const asked = kernel.asked.slice(before.all).map(({ kind }) => kind);
  expect(asked.sort()).toEqual(["audit", "audit_summary"]);
  const turned = [1, 1, 1, 1];
  kernel.last("audit").answer(auditReply({ ...JUDGED, verdict: turned }));
  await settled();
  expect([...(explorer.map.colours.colouring.value?.values ?? [])]).toEqual(turned);
  expect([...(explorer.audit().table.audit.value?.verdict ?? [])]).toEqual(turned);
});

test("the classes are asked for once for table and map together", async () => {
  const { kernel, model } = await shown({ encoding: "verdict" });
  expect(kernel.of("audit_classes")).toHaveLength(1);
  model.set("attributed", 1);
  await settled();
  expect(kernel.of("audit_classes")).toHaveLength(2);
});

test("an audit that is opened later asks for no classes that the map knows", async () => {
  const { kernel, model, explorer } = await shown({ encoding: "verdict", tab: "neurons" });
  model.set("tab", "audit");
  await vi.waitUntil(() => explorer.audit().table.classes.known.value !== null);
  await settled();
  expect(kernel.of("audit_classes")).toHaveLength(1);
});

test("the status line speaks of what is beside the map", async () => {
  const { el, model } = await shown();
  await vi.waitUntil(() => status(el)?.includes("relevance by gradient over 34 samples"));
  expect(el.querySelectorAll(".slw-status")).toHaveLength(1);
  model.set("tab", "neurons");
  await vi.waitUntil(() => !status(el)?.includes("relevance"));
  expect(status(el)).toContain("4 neurons");
});

test("a query without an answer is said beside an audit too", async () => {
  const { el, kernel, model } = await shown();
  model.set("query", "#999");
  await settled();
  kernel.last("rank").fail(new Error("there is no neuron #999"));
  await vi.waitUntil(() => status(el)?.includes("There is no neuron #999"));
});

test("colours that cannot be shown say why", async () => {
  const { el } = await shown({ encoding: "verdict", class_name: "unicorn" });
  await vi.waitUntil(() => status(el)?.includes("not by verdict: no samples of unicorn"));
});

test("the selected neurons are shown alone where there are cards", async () => {
  const { el, model } = await shown({ selection: ["bn2:1"] });
  const alone = () => el.querySelector("[title='Show the selected neurons alone']");
  expect(alone()).toBeNull();
  model.set("tab", "neurons");
  await vi.waitUntil(() => alone() !== null);
});

test("what the legend lets through is shown by the cards too, and a chip takes it back", async () => {
  const { el, explorer, model } = await shown({ tab: "neurons", encoding: "layer" });
  explorer.map.filter.value = { by: "kind", hidden: new Set([0]) };
  await vi.waitUntil(() => el.querySelector(".slw-narrowing") !== null);
  const points = explorer.map.layout.points.value;
  const hidden = [...(points?.cluster ?? [])].filter((kind) => kind === 0).length;
  expect(explorer.gallery.order.ranking.value?.n).toBe(4 - hidden);
  expect(status(el)).toContain(`${4 - hidden} of 4 neurons`);
  el.querySelector<HTMLElement>(".slw-narrowing button")?.click();
  await vi.waitUntil(() => el.querySelector(".slw-narrowing") === null);
  expect(explorer.gallery.order.ranking.value?.n).toBe(4);
  explorer.gallery.undo.back();
  expect(explorer.map.filter.value).not.toBeNull();
  expect(model.get("selection")).toEqual([]);
});

test("the code of an explorer names its layer and what was changed", async () => {
  const { explorer } = await shown({ layer: "bn2", sort: "component", encoding: "verdict" });
  const code = asCode("Explorer", explorer.mapView.shown);
  expect(code).toMatch(/^explorer = slw\.Explorer\(lens, layer="bn2"/);
  expect(code).toContain('sort="component"');
  expect(code).toContain('encoding="verdict"');
});
