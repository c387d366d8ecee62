import { afterEach, expect, test, vi } from "vitest";
import { auditReply, classesReply, reply, traits } from "../../tests/audit_world";
import { FakeModel } from "../../tests/fake_model";
import { card } from "../../tests/gallery_world";
import { PatientKernel } from "../../tests/patient_kernel";
import type { ClassesResult, MeasureChange } from "../generated/protocol";
import type { AuditTableTraits } from "../generated/traits";
import type { KernelStatus } from "../kernel/types";
import { showAuditTable } from "./view";

const HOSTILE = "<img src=x onerror=alert(1)>";
let life = new AbortController();

afterEach(() => {
  life.abort();
  life = new AbortController();
});

async function shown(
  changes: Partial<AuditTableTraits> = {},
  classes: Partial<ClassesResult> = {},
  status: KernelStatus = "ready",
) {
  const el = document.createElement("div");
  document.createElement("div").attachShadow({ mode: "open" }).append(el);
  const kernel = new PatientKernel();
  kernel.status = status;
  const model = new FakeModel(traits(changes));
  const table = showAuditTable({ el, kernel, model, signal: life.signal });
  await vi.waitUntil(() => kernel.of("audit_classes").length > 0);
  kernel.last("audit_classes").answer(classesReply(classes));
  return { el, kernel, model, table };
}

async function audited(changes: Partial<AuditTableTraits> = {}, classes: Partial<ClassesResult> = {}) {
  const view = await shown(changes, classes);
  await vi.waitUntil(() => view.kernel.of("audit").length > 0);
  view.kernel.last("audit").answer(auditReply());
  await vi.waitUntil(() => view.el.querySelector(".slw-audit-rows") !== null);
  return view;
}

function box(el: HTMLElement, label: string): HTMLInputElement {
  const found = el.querySelector<HTMLInputElement>(`[aria-label="${label}"]`);
  if (found === null) throw new Error(`there is no ${label}`);
  return found;
}

function type(input: HTMLInputElement, text: string, key: string): void {
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  queueMicrotask(() => input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
}

function measured(measure: MeasureChange["measure"], changes: Partial<MeasureChange> = {}): MeasureChange {
  const intervals = { before_interval: [0.7, 0.9], after_interval: [0.5, 0.7] };
  return { measure, before: 0.8, after: 0.6, ...intervals, random: 0.79, ...changes };
}

test("the headline says whether the class passes, in words and as a picture with the same words", async () => {
  const { el, model } = await audited();
  const outcome = () => el.querySelector(".slw-audit-outcome .slw-verdict")?.textContent;
  expect(outcome()).toBe("fails");
  expect(el.querySelector("[role=img]")?.getAttribute("aria-label")).toContain("spurious 25 %");
  expect(el.querySelector("[aria-live]")?.textContent).toContain("ox: valid 50 %");
  model.set("max_spurious", 0.3);
  await vi.waitUntil(() => outcome() === "undecided");
  model.set("max_spurious", 0.4);
  await vi.waitUntil(() => outcome() === "passes");
});

test("where nobody judges anew the concepts stand as they are, those of every class marked", async () => {
  const requirements = [
    { class_name: "ox", valid: ["horns"], spurious: [] },
    { class_name: null, valid: ["fur"], spurious: [] },
  ];
  const { el, kernel } = await shown({ requirements }, {}, "kept");
  await vi.waitUntil(() => kernel.of("audit").length > 0);
  kernel.last("audit").answer(auditReply());
  await vi.waitUntil(() => el.querySelector(".slw-audit-chip") !== null);
  const list = (side: string) => el.querySelector(`.slw-audit-${side}`)?.textContent;
  expect([list("valid"), list("spurious")]).toEqual(["Validhornsfur all", "Spuriousnone"]);
  expect(el.querySelector(".slw-audit-lists input")).toBeNull();
});

test("a row shows the examples as the reader wants them", async () => {
  const { kernel } = await audited({ examples_as: "heatmap" });
  await vi.waitUntil(() => kernel.of("cards").length > 0);
  const [first] = kernel.last("cards").params.components as [number];
  kernel.last("cards").answer({ result: { cards: [card(first, { samples: [8, 9] })] }, buffers: [] });
  await vi.waitUntil(() => kernel.of("example_heatmaps").length > 0);
  const examples = [
    [first, 0],
    [first, 1],
  ];
  expect(kernel.last("example_heatmaps").params).toEqual({ layer: "bn2", examples, size: "small" });
});

test("a concept is added with Enter, and the last one taken back with Backspace in the empty box", async () => {
  const { el, model } = await audited();
  type(box(el, "Add a valid concept"), "cattle", "Enter");
  await vi.waitUntil(() => model.get("requirements")[0]?.valid.length === 2);
  await vi.waitUntil(() => el.querySelector("[aria-label='Remove cattle']") !== null);
  await vi.waitUntil(() => box(el, "Add a valid concept").value === "");
  type(box(el, "Add a valid concept"), "", "Backspace");
  await vi.waitUntil(() => el.querySelector("[aria-label='Remove cattle']") === null);
  expect(model.get("requirements")[0]?.valid).toEqual(["horns"]);
});

test("why a concept is refused stands beside the lists", async () => {
  const { el } = await audited();
  type(box(el, "Add a spurious concept"), "horns", "Enter");
  await vi.waitUntil(() => el.querySelector("[role=alert]")?.textContent?.includes("is valid already"));
});

test("a concept that the foundation model is blind to is marked on its chip and has a line", async () => {
  for (const status of ["ready", "kept"] as const) {
    const { el, kernel } = await shown({}, {}, status);
    await vi.waitUntil(() => kernel.of("audit").length > 0);
    const caveats = { valid: [""], spurious: ["blind to colour (red)"] };
    kernel.last("audit").answer(auditReply(undefined, { caveats }));
    await vi.waitUntil(() => el.querySelector(".slw-audit-caveat") !== null);
    const asked = kernel.last("audit").params as { spurious: string[] };
    const lines = [...el.querySelectorAll(".slw-audit-caveat")].map(({ textContent }) => textContent);
    expect(lines).toEqual([`blind to this${asked.spurious[0]}: blind to colour (red)`]);
    const text = (side: string) => el.querySelector<HTMLElement>(`.slw-audit-${side} .slw-audit-chip-text`);
    expect(text("spurious")?.title).toContain("blind to colour (red)");
    expect(text("spurious")?.querySelector("svg")).not.toBeNull();
    expect(text("valid")?.querySelector("svg")).toBeNull();
  }
});

test("hostile concepts, classes and messages stay text", async () => {
  const requirements = [{ class_name: HOSTILE, valid: [HOSTILE], spurious: [] }];
  const { el, kernel, table } = await audited(
    { requirements },
    { classes: [{ name: HOSTILE, n_samples: 3 }] },
  );
  expect(el.querySelector(".slw-audit-chip-text")?.textContent).toBe(HOSTILE);
  expect(box(el, "Class").value).toBe(HOSTILE);
  table.current.addConcept("valid", "#99");
  await vi.waitUntil(() => kernel.of("audit").length > 1);
  kernel.last("audit").fail(new Error(HOSTILE));
  await vi.waitUntil(() => el.querySelector("[role=alert]")?.textContent === HOSTILE);
  expect(el.querySelector("img")).toBeNull();
});

test("the classes are searched as one types, and say how they do", async () => {
  const { el, kernel, table } = await audited();
  kernel
    .last("audit_summary")
    .answer(reply({ classes: [{ name: "ox", shares: [0.5, 0.25, 0.25, 0], spurious: [0.2, 0.3] }] }));
  const input = box(el, "Class");
  type(input, "o", "ArrowUp");
  await vi.waitUntil(() => el.querySelectorAll("[role=option]").length === 2);
  expect(el.querySelector("[role=option]")?.textContent).toContain("ox25 %20 % to 30 %34");
  type(input, "uni", "Enter");
  await vi.waitUntil(() => table.current.className.value === "unicorn");
});

test("without relevance it can be computed where the model is, and is explained where it is not", async () => {
  const { el } = await shown({}, { state: "no_model", classes: [] });
  await vi.waitUntil(() => el.textContent?.includes("This lens has none for the layer"));
  const { el: other, kernel } = await shown({}, { state: "missing", classes: [] });
  await vi.waitUntil(() => other.querySelector(".slw-empty button") !== null);
  other.querySelector<HTMLElement>(".slw-empty button")?.click();
  await vi.waitUntil(() => kernel.of("attribute").length > 0);
  kernel.last("attribute").options.onProgress?.({ done: 1, total: 4, what: "computing relevance" });
  await vi.waitUntil(() =>
    other.querySelector(".slw-empty")?.textContent?.includes("computing relevance, 25 %"),
  );
});

test("a class without samples says so, and the way out", async () => {
  const { el, kernel } = await shown({ class_name: "unicorn" });
  await vi.waitUntil(() => kernel.of("audit").length > 0);
  kernel.last("audit").answer(auditReply(undefined, { n_samples: 0 }));
  await vi.waitUntil(() => el.textContent?.includes("No sample of unicorn was attributed"));
});

test("without concepts the table says what to type", async () => {
  const { el, kernel } = await audited({ requirements: [] });
  const hint = () => el.querySelector(".slw-audit-hint")?.textContent;
  expect(hint()).toContain("No concepts are required yet. Say below what");
  // Where they cannot be edited, nothing is asked for.
  kernel.become("kept");
  await vi.waitUntil(() => hint() === "No concepts are required yet.");
});

test("neurons that are out show what that does to the accuracy, beside random ones", async () => {
  const { el, kernel } = await audited({ ablated: ["bn2:1"] });
  await vi.waitUntil(() => kernel.of("ablate").length > 0);
  const accuracy = { class_name: "ox", n: 34, measures: [measured("accuracy")] };
  const overall = { ...accuracy, class_name: "all" };
  const classes = [accuracy, { ...accuracy, class_name: "bee" }];
  kernel.last("ablate").answer(reply({ overall, classes, n_draws: 5 }));
  await vi.waitUntil(() => el.querySelector(".slw-audit-change") !== null);
  const shown = [...el.querySelectorAll(".slw-audit-changes")];
  expect(shown.map(({ textContent }) => textContent)).toEqual([
    "ox80 %→60 %50 % to 70 %(random 79 %)",
    "all80 %→60 %50 % to 70 %(random 79 %)",
  ]);
  expect(el.querySelectorAll(".slw-audit-changed button")).toHaveLength(0);
});

test("outputs judged one by one show sensitivity, specificity and AUROC with intervals, by class too", async () => {
  const { el, kernel, table } = await audited({ ablated: ["bn2:1"] });
  await vi.waitUntil(() => kernel.of("ablate").length > 0);
  const [accuracy, sensitivity] = [measured("accuracy"), measured("sensitivity", { after: 0.1 })];
  const auroc = measured("auroc", { after: null, after_interval: [] });
  const ox = { class_name: "ox", n: 34, measures: [accuracy, sensitivity, measured("specificity"), auroc] };
  const bee = { ...ox, class_name: "bee", measures: [accuracy, measured("sensitivity", { after: 0.9 })] };
  const overall = { class_name: "all", n: 68, measures: [accuracy] };
  kernel.last("ablate").answer(reply({ overall, classes: [ox, bee], n_draws: 5 }));
  await vi.waitUntil(() => el.querySelector(".slw-audit-changes .slw-audit-change") !== null);
  const own = [...el.querySelectorAll<HTMLElement>(".slw-audit-changes .slw-audit-change")].slice(0, 4);
  expect(own.map(({ textContent }) => textContent)).toEqual([
    "accuracy80 %→60 %50 % to 70 %(random 79 %)",
    "sensitivity80 %→10 %50 % to 70 %(random 79 %)",
    "specificity80 %→60 %50 % to 70 %(random 79 %)",
    "AUROC80 %→–(random 79 %)",
  ]);
  expect(own[1]?.title).toContain("without the neurons 10 % (50 % to 70 % with 95 % confidence)");
  expect(own[1]?.title).toContain("Of the samples of the class, the share that the model says yes to");
  expect(own[3]?.title).toContain("without the neurons not defined");
  const button = (name: string) =>
    [...el.querySelectorAll<HTMLButtonElement>(".slw-audit-changed button")].find(
      (each) => each.textContent === name,
    );
  button("sensitivity")?.click();
  const rows = () => [...el.querySelectorAll("tbody tr")].map((row) => row.textContent);
  await vi.waitUntil(() => rows()[0]?.includes("10 %"));
  expect(rows()).toEqual([
    "ox3480 %70 % to 90 %10 %50 % to 70 %−7079 %",
    "bee3480 %70 % to 90 %90 %50 % to 70 %+1079 %",
  ]);
  button("AUROC")?.click();
  await vi.waitUntil(() => rows().length === 1);
  expect(rows()[0]).toContain("–");
  void table.exported("html");
  expect(kernel.last("audit_export").params.ablation).toEqual(kernel.last("ablate").params);
});

test("nothing is left when the signal aborts", async () => {
  const { el } = await audited();
  life.abort();
  expect(el.childNodes).toHaveLength(0);
});

test("a concept that is edited stays in its list until the new one is entered, and is judged with it", async () => {
  const { el, model, kernel } = await audited();
  const asked = kernel.of("audit").length;
  el.querySelector<HTMLButtonElement>(".slw-audit-valid .slw-audit-chip-text")?.click();
  await vi.waitUntil(
    () => el.querySelector<HTMLInputElement>("[aria-label='Change horns']")?.value === "horns",
  );
  expect(el.querySelector(".slw-audit-valid .slw-editing")?.textContent).toContain("horns");
  type(box(el, "Change horns"), "antlers", "Enter");
  await vi.waitUntil(() => model.get("requirements")[0]?.valid[0] === "antlers");
  expect(model.get("requirements")[0]?.valid).toEqual(["antlers"]);
  await vi.waitUntil(() => kernel.of("audit").length > asked);
  const since = kernel.of("audit").slice(asked);
  expect(since.map(({ params }) => params.valid)).toEqual([["antlers"]]);
  await vi.waitUntil(() => el.querySelector("[aria-label='Add a valid concept']") !== null);
});

test("Escape leaves an edited concept as it was, and a wrong change is refused", async () => {
  const { el, model } = await audited();
  const before = model.get("requirements");
  el.querySelector<HTMLButtonElement>(".slw-audit-valid .slw-audit-chip-text")?.click();
  await vi.waitUntil(() => el.querySelector("[aria-label='Change horns']") !== null);
  type(box(el, "Change horns"), "palm tree", "Enter");
  await vi.waitUntil(() => el.querySelector("[role=alert]") !== null);
  type(box(el, "Change horns"), "palm", "Escape");
  await vi.waitUntil(() => el.querySelector(".slw-editing") === null);
  expect(model.get("requirements")).toEqual(before);
});

test("spurious and ambiguous neurons are taken out together, and it is said where pruning ends", async () => {
  const { el, model, kernel } = await audited();
  const button = el.querySelector<HTMLButtonElement>(".slw-audit-suspects button");
  expect(button?.textContent).toBe("Take out 2 spurious and ambiguous");
  button?.click();
  await vi.waitUntil(() => model.get("ablated").length === 2);
  expect(model.get("ablated")).toEqual(["bn2:1", "bn2:2"]);
  await vi.waitUntil(() => el.querySelector(".slw-audit-pruning") !== null);
  expect(el.querySelector(".slw-audit-pruning")?.textContent).toContain("training again");
  el.querySelector<HTMLButtonElement>(".slw-audit-pruning button")?.click();
  await vi.waitUntil(() => kernel.of("audit_suspects").length > 0);
  expect(kernel.last("audit_suspects").params).toMatchObject({ class_name: "ox", spurious: ["palm tree"] });
});

test("an overview shows the worst class first and opens one, and draws few of a thousand classes", async () => {
  const names = Array.from({ length: 1000 }, (_, n) => `class ${n}`);
  const classes = names.map((name) => ({ name, n_samples: 30 }));
  const requirements = [{ class_name: null, valid: ["horns"], spurious: ["palm tree"] }];
  const { el, kernel, table } = await audited({ requirements }, { classes });
  await vi.waitUntil(() => kernel.of("audit_summary").length > 0);
  const shares = names.map((name, n) => ({
    name,
    shares: [1 - n / 1000, n / 1000, 0, 0],
    spurious: [n / 1000, n / 1000],
  }));
  kernel.last("audit_summary").answer({ result: { classes: shares }, buffers: [] });
  const button = () =>
    [...el.querySelectorAll("button")].find((each) => each.textContent === "Overview (1,000)");
  await vi.waitUntil(() => button() !== undefined);
  button()?.click();
  await vi.waitUntil(() => el.querySelector(".slw-audit-overview") !== null);
  expect(el.querySelector(".slw-audit-counts")?.textContent).toContain("1,000 classes899 fails, 101 passes");
  expect(el.querySelectorAll(".slw-audit-class-row").length).toBeLessThan(60);
  el.querySelector(".slw-grid")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await vi.waitUntil(() => table.current.className.value === "class 999");
  expect(el.querySelector(".slw-audit-overview")).toBeNull();
});

test("an earlier audit stands below, with the verdicts that changed, which can be shown alone", async () => {
  const { el, kernel, table } = await audited({ before_id: "1" });
  await vi.waitUntil(() => kernel.of("audit_before").length > 0);
  expect(kernel.last("audit_before").params).toEqual({ ...kernel.last("audit").params, before_id: "1" });
  const shares = [0.75, 0, 0.25, 0];
  kernel.last("audit_before").answer({
    result: {
      n: 4,
      n_samples: 34,
      shares,
      intervals: shares.map((each) => [each, each]),
      valid: ["horns"],
      spurious: [],
      differences: "The audits differ in threshold (3 before, 2.75 after)",
    },
    buffers: [Float32Array.from([0.5, 0.25, 0.25, 0]), Uint8Array.from([0, 0, 2, 0])].map(
      ({ buffer }) => new DataView(buffer),
    ),
  });
  await vi.waitUntil(() => el.querySelector(".slw-audit-before") !== null);
  const before = el.querySelector(".slw-audit-before");
  expect(before?.getAttribute("aria-label")).toBe("Before: valid horns; spurious nothing");
  expect(before?.querySelector(".slw-audit-outcome")?.textContent).toBe("before:passes");
  expect(before?.textContent).toContain("differ in threshold (3 before, 2.75 after)");
  // The fourth has another verdict too, and no relevance in either audit.
  const button = [...(before?.querySelectorAll("button") ?? [])].find(
    (each) => each.textContent === "1 changed",
  );
  button?.click();
  await vi.waitUntil(() => table.order.value.length === 1);
  expect([...table.order.value]).toEqual([1]);
  await vi.waitUntil(() => el.querySelector(".slw-audit-changed-from") !== null);
  const row = el.querySelector(".slw-audit-row");
  expect(row?.querySelector(".slw-audit-verdict")?.textContent).toBe(", before valid→, verdict spurious");
  expect(row?.getAttribute("aria-label")).toBeNull();
});

test("words that unexpected neurons share are counted when asked for, those above chance named", async () => {
  const { el, kernel } = await audited();
  const link = () =>
    [...el.querySelectorAll("button")].find((each) => each.textContent?.includes("neurons share"));
  link()?.click();
  await vi.waitUntil(() => kernel.of("audit_agreement").length > 0);
  const shared = { expected: 0.2, components: ["bn2:3", "bn2:4"] };
  const texts = [
    { ...shared, text: "accordion", n: 5, chance_percentile: 0.99 },
    { ...shared, text: "vase", n: 2, chance_percentile: 0.4 },
  ];
  kernel.last("audit_agreement").answer({ result: { n: 7, texts }, buffers: [] });
  const line = () => el.querySelector(".slw-audit-suspects [role=status]")?.textContent;
  await vi.waitUntil(() => line()?.includes("accordion"));
  expect(line()).toBe("Of 7 unexpected neurons share: accordion (5)");
});

test("outputs that may be probabilities get a threshold after a failure", async () => {
  const { el, model, kernel } = await audited({ ablated: ["bn2:1"] });
  await vi.waitUntil(() => kernel.of("ablate").length > 0);
  expect(kernel.last("ablate").params).toMatchObject({ threshold: null });
  kernel.last("ablate").fail(new Error("the model's outputs all lie in 0 to 1"));
  await vi.waitUntil(() => el.querySelector("[aria-label='Threshold of the outputs']") !== null);
  const input = box(el, "Threshold of the outputs");
  input.value = "0.5";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitUntil(() => model.get("decision_threshold") === 0.5);
  await vi.waitUntil(() => kernel.of("ablate").length > 1);
  expect(kernel.last("ablate").params).toMatchObject({ threshold: 0.5 });
});

test("a class is judged by its own samples too where the reader says so, with progress and what it is worth", async () => {
  const { el, model, kernel } = await audited();
  const toggle = () => el.querySelector<HTMLInputElement>(".slw-audit-within input");
  const title = el.querySelector<HTMLElement>(".slw-audit-within")?.title;
  expect(title).toContain("31 of 40 instead of 21, 62 % of them rightly instead of 72 %");
  const input = toggle();
  if (input) input.checked = true;
  input?.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitUntil(() => kernel.of("audit_within").length === 2);
  expect(model.get("within_class")).toBe(true);
  const [summary, own] = kernel.of("audit_within");
  expect(summary?.params).toEqual(own?.params);
  own?.options.onProgress?.({ done: 1, total: 4, what: "looking at samples of ox" });
  await vi.waitUntil(() =>
    el.querySelector(".slw-doing")?.textContent?.startsWith("looking at samples of ox"),
  );
  for (const request of kernel.of("audit_within")) request.answer(reply({}));
  await vi.waitUntil(() => kernel.last("audit").params.within_class === true);
  await vi.waitUntil(() => kernel.last("audit_summary").params.within_class === true);
  kernel.last("audit").answer(auditReply(undefined, { n_samples: 8 }));
  await vi.waitUntil(() => el.querySelector(".slw-audit-within")?.textContent?.includes("too few samples"));
});

test("without the model the table only says that it was judged by the samples of the class", async () => {
  const { el, kernel } = await shown({ within_class: true }, { can_ablate: false }, "kept");
  await vi.waitUntil(() => kernel.of("audit_within").length === 2);
  for (const request of kernel.of("audit_within")) request.answer(reply({}));
  await vi.waitUntil(() => kernel.of("audit").length > 0);
  kernel.last("audit").answer(auditReply());
  await vi.waitUntil(() => el.textContent?.includes("judged within the class too"));
  expect(el.querySelector(".slw-audit-within")).toBeNull();
});
