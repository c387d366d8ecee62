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
