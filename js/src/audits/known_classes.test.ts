import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { classesReply } from "../../tests/audit_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { Failures } from "../ui/state/failures";
import { KnownClasses } from "./known_classes";

function world() {
  const kernel = new PatientKernel();
  const lifetime = new AbortController().signal;
  const signals = { attributed: signal(0), layer: signal("bn2"), revision: signal(0) };
  const failures = new Failures(lifetime);
  const classes = new KnownClasses({ kernel, traits: { signals }, failures, lifetime });
  return { kernel, signals, failures, classes, asked: () => kernel.of("audit_classes") };
}

test("nobody asks for classes before somebody wants to know them, and nobody twice for two", async () => {
  const { classes, signals, asked } = world();
  const want = signal(false);
  classes.want(want);
  signals.layer.value = "fc";
  await settled();
  expect(asked()).toHaveLength(0);
  want.value = true;
  classes.want(signal(true));
  await settled();
  expect(asked().map(({ params }) => params)).toEqual([{ layer: "fc" }]);
  asked()[0]?.answer(classesReply());
  await settled();
  classes.want(signal(true));
  await settled();
  expect(asked()).toHaveLength(1);
  expect([classes.known.value?.layer, classes.waiting.value]).toEqual(["fc", false]);
});

test("an answer that was overtaken is not shown", async () => {
  const { classes, signals, asked } = world();
  classes.want(signal(true));
  await settled();
  signals.attributed.value = 1;
  await settled();
  asked()[1]?.answer(classesReply());
  await settled();
  asked()[0]?.answer(classesReply({ state: "missing", classes: [] }));
  await settled();
  expect(classes.known.value?.state).toBe("computed");
});

test("a failure is reported with a way to try again", async () => {
  const { classes, failures, asked } = world();
  classes.want(signal(true));
  await settled();
  asked()[0]?.fail(new Error("no memory"));
  await settled();
  expect(failures.current.value?.message).toBe("no memory");
  expect(classes.waiting.value).toBe(false);
  failures.retry();
  await settled();
  expect(asked()).toHaveLength(2);
});
