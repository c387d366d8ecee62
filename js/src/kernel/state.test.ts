import { expect, it } from "vitest";
import { FakeHost } from "../../tests/fake_host";
import { traitState } from "./state";

it("setting a trait saves it, and listeners hear it until their signal aborts", () => {
  const model = new FakeHost({ query: "" });
  const state = traitState<{ query: string }>(model.asHost);
  const controller = new AbortController();
  const heard: string[] = [];
  state.on("query", (value) => heard.push(value), controller.signal);
  state.set("query", "bird");
  controller.abort();
  state.set("query", "car");
  expect(state.get("query")).toBe("car");
  expect(model.saved).toBe(2);
  expect(heard).toEqual(["bird"]);
});

it("a refused value is reported with its reason, until the signal aborts", () => {
  const model = new FakeHost({ height: 640 });
  const controller = new AbortController();
  const reasons: string[] = [];
  traitState<{ height: number }>(model.asHost).onRefused?.(
    (reason) => reasons.push(reason),
    controller.signal,
  );
  model.answer({ refused: [{ trait: "height", message: "height must be between 240 and 4,000, not 5" }] });
  model.answer({ rid: "1", result: {} });
  controller.abort();
  model.answer({ refused: [{ trait: "height", message: "again" }] });
  expect(reasons).toEqual(["height must be between 240 and 4,000, not 5"]);
});
