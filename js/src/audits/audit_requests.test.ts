import { expect, test } from "vitest";
import { auditReply } from "../../tests/audit_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { AuditRequests } from "./audit_requests";

const OX = {
  layer: "bn2",
  class_name: "ox",
  valid: ["horns"],
  spurious: [],
  threshold: 2.75,
  within_class: false,
};
const BEE = { ...OX, class_name: "bee" };

function setup() {
  const kernel = new PatientKernel();
  return { kernel, auditRequests: new AuditRequests(kernel, new AbortController().signal) };
}

test("two parts that want the same wait for one answer, and whoever comes later asks again", async () => {
  const { kernel, auditRequests } = setup();
  const both = [auditRequests.ask("table", OX, 0), auditRequests.ask("colours", OX, 0)];
  expect(kernel.of("audit")).toHaveLength(1);
  kernel.last("audit").answer(auditReply());
  const [first, second] = await Promise.all(both);
  expect(second).toBe(first);
  void auditRequests.ask("table", OX, 0);
  expect(kernel.of("audit")).toHaveLength(2);
});

test("an answer by an older relevance serves nobody who asks for the newer", () => {
  const { kernel, auditRequests } = setup();
  void auditRequests.ask("table", OX, 0);
  void auditRequests.ask("colours", OX, 1);
  expect(kernel.of("audit")).toHaveLength(2);
});

test("what nobody waits for any longer is given up, and what one still waits for is not", () => {
  const { kernel, auditRequests } = setup();
  void auditRequests.ask("table", OX, 0);
  void auditRequests.ask("colours", OX, 0);
  const { signal } = kernel.last("audit").options;
  void auditRequests.ask("table", BEE, 0);
  expect(signal?.aborted).toBe(false);
  void auditRequests.ask("colours", BEE, 0);
  expect(signal?.aborted).toBe(true);
});

test("a failure is told to both, and the next to ask asks anew", async () => {
  const { kernel, auditRequests } = setup();
  const both = [auditRequests.ask("table", OX, 0), auditRequests.ask("colours", OX, 0)];
  kernel.last("audit").fail(new Error("no"));
  for (const one of both) await expect(one).rejects.toThrow("no");
  await settled();
  void auditRequests.ask("table", OX, 0);
  expect(kernel.of("audit")).toHaveLength(2);
});

test("within a class its samples are embedded first, with progress, and not for a class without concepts", async () => {
  const { kernel, auditRequests } = setup();
  const within = { ...OX, within_class: true };
  const both = [auditRequests.ask("table", within, 0), auditRequests.ask("colours", within, 0)];
  expect(kernel.asked.map(({ kind }) => kind)).toEqual(["audit_within"]);
  expect(kernel.last("audit_within").params).toEqual({
    layer: "bn2",
    requirements: [{ class_name: "ox", valid: ["horns"], spurious: [] }],
    threshold: 2.75,
  });
  const progress = { done: 1, total: 4, what: "looking at samples of ox" };
  kernel.last("audit_within").options.onProgress?.(progress);
  expect(auditRequests.progress.value).toEqual(progress);
  kernel.last("audit_within").answer({ result: {}, buffers: [] });
  await settled();
  kernel.last("audit").answer(auditReply());
  const [first] = await Promise.all(both);
  expect(first?.withinClass).toBe(true);
  expect(auditRequests.progress.value).toBeNull();
  void auditRequests.ask("table", { ...within, valid: [] }, 0);
  expect(kernel.asked.at(-1)?.kind).toBe("audit");
});
