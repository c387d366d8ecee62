import { expect, test } from "vitest";
import { auditReply } from "../../tests/audit_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { Judgements } from "./judgements";

const OX = { layer: "bn2", class_name: "ox", valid: ["horns"], spurious: [], threshold: 2.75 };
const BEE = { ...OX, class_name: "bee" };

function setup() {
  const kernel = new PatientKernel();
  return { kernel, judgements: new Judgements(kernel, new AbortController().signal) };
}

test("two parts that want the same wait for one answer, and whoever comes later asks again", async () => {
  const { kernel, judgements } = setup();
  const both = [judgements.ask("table", OX, 0), judgements.ask("colours", OX, 0)];
  expect(kernel.of("audit")).toHaveLength(1);
  kernel.last("audit").answer(auditReply());
  const [first, second] = await Promise.all(both);
  expect(second).toBe(first);
  void judgements.ask("table", OX, 0);
  expect(kernel.of("audit")).toHaveLength(2);
});

test("an answer by an older relevance serves nobody who asks for the newer", () => {
  const { kernel, judgements } = setup();
  void judgements.ask("table", OX, 0);
  void judgements.ask("colours", OX, 1);
  expect(kernel.of("audit")).toHaveLength(2);
});

test("what nobody waits for any longer is given up, and what one still waits for is not", () => {
  const { kernel, judgements } = setup();
  void judgements.ask("table", OX, 0);
  void judgements.ask("colours", OX, 0);
  const { signal } = kernel.last("audit").options;
  void judgements.ask("table", BEE, 0);
  expect(signal?.aborted).toBe(false);
  void judgements.ask("colours", BEE, 0);
  expect(signal?.aborted).toBe(true);
});

test("a failure is told to both, and the next to ask asks anew", async () => {
  const { kernel, judgements } = setup();
  const both = [judgements.ask("table", OX, 0), judgements.ask("colours", OX, 0)];
  kernel.last("audit").fail(new Error("no"));
  for (const one of both) await expect(one).rejects.toThrow("no");
  await settled();
  void judgements.ask("table", OX, 0);
  expect(kernel.of("audit")).toHaveLength(2);
});
