import { expect, test, vi } from "vitest";
import { chanceReply, compareTraits, nearestReply } from "../../tests/compare_world";
import { FakeModel } from "../../tests/fake_model";
import { card } from "../../tests/gallery_world";
import { FOUR, mapReply } from "../../tests/map_world";
import { PatientKernel, settled } from "../../tests/patient_kernel";
import { place, unmovedPage } from "../../tests/unmoved_page";
import { reply } from "../../tests/world";
import { showCompareMap } from "./view";

const life = unmovedPage();

async function shown(changes = {}, names = ["before", "after"]) {
  const el = place();
  const kernel = new PatientKernel();
  const model = new FakeModel(compareTraits(names, changes));
  const comparing = showCompareMap({ el, kernel, model, signal: life().signal });
  await settled();
  const layers = Object.fromEntries(names.map((name) => [name, 2]));
  const xy = names.flatMap((_, side) => [1000 + side * 9000, 1000, 50_000, 1000 + side * 9000]);
  kernel.last("map").answer(mapReply(names.length === 2 ? FOUR : xy, { layers }));
  await vi.waitUntil(() => el.querySelector(".slw-map-stage") !== null);
  comparing.map.sight.size.value = { width: 900, height: 540 };
  await vi.waitUntil(() => el.querySelector(".slw-map-kind") !== null);
  return { el, kernel, model, comparing };
}

/** Answers whatever is asked about matches: the first of two components is matched, the second is alone. */
async function answerMatches({ asked }: PatientKernel) {
  for (let i = 0; i < 4; i++) {
    for (const one of asked) {
      if (one.kind === "nearest") one.answer(nearestReply([0, 1], [1, 0]));
      if (one.kind === "chance") one.answer(chanceReply([1, 2]));
    }
    await settled();
  }
}

test("sides have colours and names from the start, and counts as soon as chance is known", async () => {
  const { el, kernel } = await shown();
  const kinds = [...el.querySelectorAll(".slw-map-kind")].map((kind) => kind.textContent);
  expect(kinds).toEqual(["before2", "after2"]);
  await vi.waitUntil(() => kernel.of("nearest").length > 0);
  await answerMatches(kernel);
  await vi.waitUntil(() => el.querySelector(".slw-compare-counts") !== null);
  expect(el.querySelector(".slw-compare-counts")?.textContent).toContain("1 lost");
});

test("the card shows a neuron with its match, and how far that is above chance", async () => {
  const { el, kernel, comparing } = await shown();
  comparing.map.hover.pin(0);
  await vi.waitUntil(() => kernel.of("nearest").length > 0);
  await answerMatches(kernel);
  await vi.waitUntil(() => kernel.of("cards").length > 1);
  for (const { answer, params } of kernel.of("cards"))
    answer(reply({ cards: [{ ...card(0), name: `${params.layer}:0` }] }));
  await vi.waitUntil(() => el.querySelector(".slw-compare-verdict")?.textContent === "match, mutual");
  const names = [...el.querySelectorAll(".slw-compare-side .slw-name")].map((name) => name.textContent);
  expect(names).toEqual(["before:0", "after:0"]);
  expect(el.querySelectorAll(".slw-compare-marks .slw-matched")).toHaveLength(1);
});

test("matches that cannot be computed are reported, and asked for again", async () => {
  const { el, kernel } = await shown();
  await vi.waitUntil(() => kernel.of("nearest").length > 0);
  kernel.of("nearest")[0]?.fail(new Error("out of memory"));
  await vi.waitUntil(() => el.querySelector(".slw-banner") !== null);
  expect(el.querySelector(".slw-banner")?.textContent).toContain("The matches could not be computed");
  const before = kernel.of("nearest").length;
  el.querySelector<HTMLButtonElement>(".slw-banner button")?.click();
  await vi.waitUntil(() => kernel.of("nearest").length > before);
});
