import { expect, test } from "vitest";
import { auditReply, classesReply, FOUR, reply, settled, world } from "../../../tests/audit_world";
import { ANSWERS_ABOVE } from "../../generated/constants";

test("the first class with a requirement and samples is shown, with its concepts", async () => {
  const { kernel, table } = await world();
  expect(table.current.className.value).toBe("ox");
  expect(kernel.last("audit").params).toEqual({
    layer: "bn2",
    class_name: "ox",
    valid: ["horns"],
    spurious: ["palm tree"],
    threshold: ANSWERS_ABOVE,
    within_class: false,
  });
  expect([...table.order.value]).toEqual([0, 1, 2, 3]);
});

test("without any requirement the first class with samples is shown, and a class that is set counts", async () => {
  const { table, model } = await world({ requirements: [] });
  expect(table.current.className.value).toBe("bee");
  model.set("class_name", "unicorn");
  expect(table.current.className.value).toBe("unicorn");
});

test("a concept that is added is written to the trait and judged at once, the verdicts before it staying", async () => {
  const { kernel, model, table } = await world();
  expect(table.current.addConcept("valid", " cattle ")).toBe(true);
  await settled();
  expect(model.get("requirements")[0]?.valid).toEqual(["horns", "cattle"]);
  expect(kernel.last("audit").params.valid).toEqual(["horns", "cattle"]);
  expect([table.current.waiting.value, table.audit.value?.n]).toEqual([true, 4]);
  kernel.last("audit").answer(auditReply({ ...FOUR, verdict: [1, 1, 1, 1] }));
  await settled();
  expect(table.audit.value?.shares[1]).toBe(1);
  expect(table.current.waiting.value).toBe(false);
});

test("a late answer about older concepts is dropped", async () => {
  const { kernel, table } = await world();
  table.current.addConcept("valid", "cattle");
  await settled();
  const late = kernel.last("audit");
  table.current.addConcept("valid", "fur");
  await settled();
  kernel.last("audit").answer(auditReply({ ...FOUR, verdict: [0, 0, 0, 0] }));
  await settled();
  late.answer(auditReply({ ...FOUR, verdict: [3, 3, 3, 3] }));
  await settled();
  expect(table.audit.value?.shares).toEqual([1, 0, 0, 0]);
});

test("a concept of the other list is refused with the reason, and nothing is asked", async () => {
  const { kernel, model, table } = await world();
  const n = kernel.of("audit").length;
  expect(table.current.addConcept("valid", "Palm Tree")).toBe(false);
  await settled();
  expect(table.current.conceptError.value).toContain("is spurious already");
  expect([model.get("requirements")[0]?.valid, kernel.of("audit").length]).toEqual([["horns"], n]);
});

test("a concept that nobody can answer is said beside the lists, not in the banner, until it is taken out", async () => {
  const { kernel, table } = await world();
  table.current.addConcept("spurious", "#9999");
  await settled();
  kernel.last("audit").fail(new Error("bn2 has components 0 to 3"));
  await settled();
  expect(table.current.conceptError.value).toBe("bn2 has components 0 to 3");
  expect([table.failures.current.value, table.audit.value?.n]).toEqual([null, 4]);
  table.current.removeConcept("spurious", { concept: "#9999", forAll: false });
  await settled();
  kernel.last("audit").answer(auditReply());
  await settled();
  expect(table.current.conceptError.value).toBeNull();
});

const OX = { name: "ox", shares: [0.5, 0.25, 0.25, 0], spurious: [0.2, 0.3] };

test("how every class with a requirement does is asked for when the requirements change", async () => {
  const { kernel, table } = await world();
  kernel.last("audit_summary").answer(reply({ classes: [OX] }));
  await settled();
  expect(table.classes.shares.value.get("ox")).toEqual(OX);
  table.current.addConcept("valid", "cattle");
  await settled();
  expect(kernel.last("audit_summary").params.requirements).toEqual([
    { class_name: "ox", valid: ["horns", "cattle"], spurious: ["palm tree"] },
  ]);
});

test("order and filter need no kernel, and the active row is let go", async () => {
  const { kernel, table } = await world();
  const n = kernel.asked.length;
  table.focus.moveTo(1);
  table.sortBy("spurious");
  expect([...table.order.value]).toEqual([1, 2, 0, 3]);
  table.sortBy("spurious");
  expect([...table.order.value]).toEqual([0, 2, 1, 3]);
  expect(table.focus.active.value).toBeNull();
  table.toggleVerdict("valid");
  expect([...table.order.value]).toEqual([2, 1, 3]);
  table.escape();
  expect(table.order.value).toHaveLength(4);
  expect(kernel.asked.length).toBe(n);
});

test("new verdicts on the same class keep the active neuron", async () => {
  const { kernel, table } = await world();
  table.focus.moveTo(2);
  table.current.addConcept("valid", "cattle");
  await settled();
  kernel.last("audit").answer(auditReply({ ...FOUR, share: [0.1, 0.1, 0.8, 0] }));
  await settled();
  expect(table.order.value[table.focus.active.value ?? -1]).toBe(2);
});

test("a row that is opened asks for the samples of the class, on request for those of all", async () => {
  const { kernel, table } = await world();
  table.focus.openPlace(1);
  await settled();
  const about = { layer: "bn2", component: 1, class_name: "ox", limit: 24 };
  expect(kernel.last("audit_samples").params).toEqual({ ...about, of: "class" });
  table.opened.chooseScope("all");
  await settled();
  expect(kernel.last("audit_samples").params).toEqual({ ...about, of: "all" });
  kernel.of("audit_samples")[0]?.answer(reply({ samples: [], n: 0 }));
  await settled();
  expect(table.opened.detail.value).toBeNull();
  kernel.last("audit_samples").answer(reply({ samples: [], n: 7 }));
  await settled();
  expect(table.opened.detail.value?.n).toBe(7);
});

test("a neuron that is visited shows elsewhere, and one visited elsewhere is the active row", async () => {
  const { table, elsewhere } = await world();
  table.focus.moveTo(1);
  expect(elsewhere.visited.value).toEqual({ layer: "bn2", component: 1 });
  elsewhere.visit({ layer: "bn2", component: 2 });
  expect(table.focus.active.value).toBe(2);
  elsewhere.visit({ layer: "fc", component: 0 });
  expect(table.focus.active.value).toBe(2);
});

test("neurons taken out are a trait, and the accuracy without them is measured with progress", async () => {
  const { kernel, model, table } = await world();
  table.toggleAblated(1);
  await settled();
  expect(model.get("ablated")).toEqual(["bn2:1"]);
  expect(kernel.last("ablate").params).toEqual({ components: ["bn2:1"], class_name: "ox", threshold: null });
  kernel.last("ablate").options.onProgress?.({ done: 1, total: 4, what: "testing" });
  expect(table.ablation.progress.value?.done).toBe(1);
  const intervals = { before_interval: [0.7, 0.9], after_interval: [0.5, 0.7] };
  const change = { measure: "accuracy", before: 0.8, after: 0.6, ...intervals, random: 0.79 };
  const accuracy = { class_name: "ox", n: 34, measures: [change] };
  kernel.last("ablate").answer(reply({ overall: accuracy, classes: [accuracy], n_draws: 5 }));
  await settled();
  expect(table.ablation.measured.value?.classes[0]?.measures[0]?.after).toBe(0.6);
  expect([table.ablation.waiting.value, table.ablation.progress.value]).toEqual([false, null]);
  table.toggleAblated(1);
  await settled();
  expect([table.ablation.measured.value, model.get("ablated")]).toEqual([null, []]);
});

test("measuring can be stopped, which is no failure", async () => {
  const { kernel, table } = await world();
  table.toggleAblated(0);
  await settled();
  const asked = kernel.last("ablate");
  table.ablation.stop();
  expect(asked.options.signal?.aborted).toBe(true);
  asked.fail(new DOMException("stopped", "AbortError"));
  await settled();
  expect([table.ablation.waiting.value, table.failures.current.value]).toEqual([false, null]);
});

test("relevance that is missing is computed with progress, and then the classes are there", async () => {
  const { kernel, model, table } = await world();
  model.set("layer", "fc");
  await settled();
  kernel.last("audit_classes").answer(classesReply({ state: "missing", classes: [] }));
  await settled();
  void table.classes.compute();
  await settled();
  kernel.last("attribute").options.onProgress?.({ done: 8, total: 16, what: "computing relevance" });
  expect(table.classes.computing.value?.done).toBe(8);
  kernel.last("attribute").answer(reply({}));
  await settled();
  kernel.last("audit_classes").answer(classesReply());
  await settled();
  expect([table.classes.computing.value, table.classes.known.value?.state]).toEqual([null, "computed"]);
  expect(kernel.last("audit").params.layer).toBe("fc");
});

test("nothing is asked about a class while the relevance is missing", async () => {
  const { kernel, model } = await world();
  const n = kernel.of("audit").length;
  model.set("layer", "fc");
  await settled();
  kernel.last("audit_classes").answer(classesReply({ state: "no_model", classes: [] }));
  await settled();
  model.set("threshold", 3);
  await settled();
  expect(kernel.of("audit").length).toBe(n);
});
