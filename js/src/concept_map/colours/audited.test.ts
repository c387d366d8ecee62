import { expect, test } from "vitest";
import { auditReply, classesReply, FOUR } from "../../../tests/audit_world";
import { world } from "../../../tests/map_world";
import { settled } from "../../../tests/patient_kernel";
import { asCode } from "../state/code";
import { colouredBy } from "../state/words";
import { entryOf } from "./colouring";
import { MISSING } from "./palettes";

const OX = [{ class_name: "ox", valid: ["horns"], spurious: ["palm tree"] }];

/** A map that may show what an audit says of the ox. */
async function audited(changes = {}) {
  const made = await world({ encoding: "verdict", requirements: OX, ...changes });
  made.kernel.last("audit_classes").answer(classesReply());
  await settled();
  return made;
}

test("verdicts are coloured blue, vermillion, reddish purple and grey, and counted", async () => {
  const { kernel, map } = await audited();
  expect(kernel.last("audit").params).toEqual({
    layer: "bn2",
    class_name: "ox",
    valid: ["horns"],
    spurious: ["palm tree"],
    threshold: 2.75,
    within_class: false,
  });
  kernel.last("audit").answer(auditReply());
  await settled();
  const colouring = map.colours.colouring.value;
  expect([...(colouring?.values ?? [])]).toEqual(FOUR.verdict);
  expect([...(colouring?.entries ?? [])]).toEqual([4, 3, 5, MISSING]);
  expect([0, 1, 2, 3].map((kind) => entryOf("verdict", kind, 4))).toEqual([4, 3, 5, MISSING]);
  expect(colouring?.legend.map(({ label, count }) => `${label} ${count}`)).toEqual([
    "valid 1",
    "spurious 1",
    "ambiguous 1",
    "unexpected 1",
  ]);
  expect(colouring && colouredBy(colouring)).toBe("by verdict for ox");
});

test("a list that is edited elsewhere is judged anew, and a class that is chosen too", async () => {
  const { kernel, model, map } = await audited();
  model.set("requirements", [{ class_name: "ox", valid: ["horns", "fur"], spurious: [] }]);
  await settled();
  expect(kernel.last("audit").params).toMatchObject({ valid: ["horns", "fur"], spurious: [] });
  map.chooseEncoding("relevance");
  model.set("class_name", "bee");
  await settled();
  expect(kernel.last("audit").params).toMatchObject({ class_name: "bee", valid: [] });
  kernel.last("audit").answer(auditReply());
  await settled();
  expect(map.colours.colouring.value?.kind).toBe("diverging");
  expect([...(map.colours.colouring.value?.values ?? [])]).toEqual([1, 0.5, 0.5, 0]);
  // The root of a half: 127 is nothing, 254 the most.
  expect([...(map.colours.colouring.value?.entries ?? [])]).toEqual([254, 217, 217, 127]);
});

test.each([
  ["no class is chosen", { requirements: [] }],
  ["choose one layer", { layer: "" }],
  ["no samples of unicorn", { class_name: "unicorn" }],
  ["no concepts are required", { class_name: "bee" }],
])("verdicts are refused where there are none: %s", async (why, changes) => {
  const { kernel, map } = await world({ encoding: "verdict", requirements: OX, ...changes });
  if (kernel.of("audit_classes").length > 0) kernel.last("audit_classes").answer(classesReply());
  await settled();
  expect(map.audited.refusal("verdict")).toBe(why);
  expect(map.colours.effective()).toBe("cluster");
  expect(kernel.of("audit")).toHaveLength(0);
});

test("a relevance that another view or a cell has had computed can be shown", async () => {
  const { kernel, model, map } = await world({ encoding: "relevance", requirements: OX });
  kernel.last("audit_classes").answer(classesReply({ state: "missing", classes: [] }));
  await settled();
  expect(map.audited.refusal("relevance")).toBe("no relevance yet");
  model.set("attributed", 1);
  await settled();
  kernel.last("audit_classes").answer(classesReply());
  await settled();
  expect(map.audited.refusal("relevance")).toBeNull();
  expect(kernel.of("audit")).toHaveLength(1);
});

test("concepts that have no answer are said in the status line until they have one, and no banner stays", async () => {
  const { kernel, model, map } = await audited();
  kernel.last("audit").fail(new Error("there is no neuron #999"));
  await settled();
  expect(map.colours.queryError.value).toBe("there is no neuron #999");
  expect(map.failures.current.value).toBeNull();
  model.set("requirements", [{ class_name: "ox", valid: ["horns"], spurious: [] }]);
  await settled();
  kernel.last("audit").answer(auditReply());
  await settled();
  expect(map.colours.queryError.value).toBeNull();
});

test("a map that knows of no class asks for none", async () => {
  const { kernel } = await world();
  expect(kernel.of("audit_classes")).toHaveLength(0);
});

test("the code names class and requirements", async () => {
  const { map } = await audited({ class_name: "ox" });
  expect(asCode("ConceptMap", map.traits)).toBe(
    'concept_map = slw.ConceptMap(lens, layer="bn2", encoding="verdict", class_name="ox", requirements=[slw.Requirement("ox", valid=["horns"], spurious=["palm tree"])])',
  );
});
