import { signal } from "@preact/signals";
import { expect, test, vi } from "vitest";
import { PatientKernel } from "../../tests/patient_kernel";
import { Link } from "../kernel/link";
import { Failures } from "../ui/state/failures";
import { Explaining } from "./explain";

function world(linked = ["sample"]) {
  const kernel = new PatientKernel();
  const failures = new Failures(new AbortController().signal);
  const link = new Link();
  const explaining = new Explaining({ kernel, failures, link, linked: signal(linked) });
  return { kernel, failures, link, explaining };
}

test("the view that was opened last on the page shows the image, and Python is not asked", async () => {
  const { kernel, link, explaining } = world();
  const [first, last] = [vi.fn(), vi.fn()];
  link.explainers.add(first).add(last);
  await explaining.show(7);
  expect([first.mock.calls, last.mock.calls, kernel.asked]).toEqual([[], [[7]], []]);
});

test("without a view on the page Python looks for one, and says the way out if there is none", async () => {
  const { kernel, failures, explaining } = world();
  const asked = explaining.show(7);
  expect(kernel.last("explain_sample").params.sample).toBe(7);
  kernel.last("explain_sample").fail(new Error("run lens.explain(7)"));
  await asked;
  expect(failures.current.value?.message).toBe("run lens.explain(7)");
});

test("a view that is not linked, and a page, send no image", () => {
  expect(world(["query"]).explaining.can).toBe(false);
  const { kernel, explaining } = world();
  expect(explaining.can).toBe(true);
  kernel.status = "kept";
  expect(explaining.can).toBe(false);
});
