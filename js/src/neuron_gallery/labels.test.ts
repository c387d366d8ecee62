import { expect, test } from "vitest";
import { neuronLabel, settled, VOCABULARY, world } from "../../tests/gallery_world";
import type { LabelLayerResult } from "../generated/protocol";
import { neuronLabelTitle } from "../neurons/labels/neuron_label";

const NAMED: LabelLayerResult = { n: 10, n_clear: 7, clear_above: 2.75, queries: [] };
const reply = (result: unknown) => ({ result, buffers: [] });

async function naming() {
  const made = await world({ vocabulary_info: VOCABULARY });
  for (const component of [3, 4, 3]) made.gallery.labels.want(component);
  await settled();
  return { ...made, labels: made.gallery.labels };
}

async function named() {
  const made = await naming();
  made.kernel.last("label_layer").answer(reply(NAMED));
  await settled();
  made.kernel.last("labels").answer(reply({ labels: [neuronLabel(3), neuronLabel(4)] }));
  await settled();
  return made;
}

test("without a vocabulary nothing is asked", async () => {
  const { kernel, gallery } = await world();
  gallery.labels.want(1);
  await settled();
  expect(gallery.labels.shown.value).toBe(false);
  expect([kernel.of("label_layer"), kernel.of("labels")]).toEqual([[], []]);
});

test("labels are read when all neurons are named, and the progress until then is told", async () => {
  const { kernel, labels } = await naming();
  const about = { layer: "bn2", vocabulary: "v1" };
  expect(kernel.last("label_layer").params).toEqual(about);
  kernel.last("label_layer").options.onProgress?.({ done: 64, total: 3712, what: "labelling neurons" });
  expect(labels.progress.value?.done).toBe(64);
  expect(kernel.of("labels")).toHaveLength(0);
  kernel.last("label_layer").answer(reply(NAMED));
  await settled();
  expect([labels.summary.value, labels.progress.value]).toEqual([NAMED, null]);
  expect(kernel.of("labels").map(({ params }) => params)).toEqual([{ ...about, components: [3, 4] }]);
  kernel.last("labels").answer(reply({ labels: [neuronLabel(3), neuronLabel(4)] }));
  await settled();
  expect(labels.get(4)?.label).toBe("frog");
});

test("more cards need no more naming", async () => {
  const { kernel, labels } = await named();
  for (const component of [3, 5]) labels.want(component);
  await settled();
  expect(kernel.of("label_layer")).toHaveLength(1);
  expect(kernel.last("labels").params.components).toEqual([5]);
});

test("another layer names its own neurons, and late labels of the old one are dropped", async () => {
  const { kernel, gallery, labels } = await naming();
  const late = kernel.last("label_layer");
  gallery.chooseLayer("blocks.6.0.bn3");
  await settled();
  kernel.last("rank").answer({ ...reply({ n: 0 }), buffers: [] });
  await settled();
  expect(late.options.signal?.aborted).toBe(true);
  late.answer(reply(NAMED));
  await settled();
  expect([labels.summary.value, kernel.of("labels")]).toEqual([null, []]);
  labels.want(3);
  await settled();
  expect(kernel.last("label_layer").params.layer).toBe("blocks.6.0.bn3");
});

test("another vocabulary forgets the labels, none at all takes them away", async () => {
  const { kernel, model, labels } = await named();
  model.set("vocabulary_info", { ...VOCABULARY, key: "v2" });
  expect(labels.get(3)).toBeUndefined();
  labels.want(3);
  await settled();
  expect(kernel.last("label_layer").params.vocabulary).toBe("v2");
  model.set("vocabulary_info", null);
  expect(labels.shown.value).toBe(false);
});

test("a failure is told once, takes the place of the labels, and can be tried again", async () => {
  const { kernel, gallery, labels } = await naming();
  labels.want(5);
  await settled();
  kernel.last("label_layer").fail(new Error("the foundation model cannot be made again"));
  await settled();
  expect(gallery.failures.current.value).toMatchObject({
    what: "The labels could not be computed",
    message: "the foundation model cannot be made again",
  });
  expect([labels.shown.value, labels.progress.value]).toEqual([false, null]);
  gallery.failures.dismiss();
  labels.want(6);
  labels.clear();
  labels.want(6);
  await settled();
  expect([kernel.of("label_layer").length, gallery.failures.current.value]).toEqual([1, null]);
  labels.startOver();
  labels.want(6);
  await settled();
  expect(kernel.of("label_layer")).toHaveLength(2);
});

test("labels that are there stay when the kernel is gone, and when later ones fail", async () => {
  const { kernel, gallery, labels } = await named();
  labels.want(5);
  await settled();
  kernel.last("labels").fail(Object.assign(new Error("gone"), { type: "KernelGone" }));
  await settled();
  expect([labels.get(3)?.label, labels.shown.value]).toEqual(["frog", true]);
  expect(gallery.failures.current.value).toBeNull();
  labels.want(6);
  await settled();
  kernel.last("labels").fail(new Error("out of memory"));
  await settled();
  expect([labels.get(3)?.label, labels.shown.value]).toEqual(["frog", true]);
  expect(gallery.failures.current.value?.message).toBe("out of memory");
});

test("a revision names the neurons anew", async () => {
  const { model, labels } = await named();
  model.set("revision", 1);
  expect(labels.get(3)).toBeUndefined();
  expect(labels.summary.value).toBeNull();
});

test("the title says what a label is worth", () => {
  expect(neuronLabelTitle(neuronLabel(1), 2.75)).toBe(
    "frog\nRunner-up toad, 0.021 behind\n4.25 standard deviations above unrelated words (clear from 2.75)\n" +
      "Clearer than 98 % of random groups of photos (clear from 95 %)",
  );
});

test("the title of a neuron without a clear label names the nearest text and the groups that have one", () => {
  const shares: [string, number][] = [
    ["frog", 0.5],
    ["leaf", 0.25],
  ];
  const title = neuronLabelTitle(neuronLabel(1, { label: "", null_z_score: 1.5, shares }), undefined);
  expect(title.split("\n")).toEqual([
    "No clear label; the nearest text is frog",
    "Runner-up toad, 0.021 behind",
    "1.5 standard deviations above unrelated words",
    "Clearer than 98 % of random groups of photos",
    "Groups of its examples: frog 50 %, leaf 25 %",
  ]);
});

test("the title of a neuron without examples says that there is none", () => {
  expect(neuronLabelTitle(neuronLabel(1, { label: "", best: "" }), 2.75)).toBe(
    "It has no examples, so it has no label",
  );
});
