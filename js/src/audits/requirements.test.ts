import { expect, test } from "vitest";
import type { RequirementInfo } from "../generated/traits";
import { conceptsOf, refusal, withConcept, withoutConcept } from "./requirements";

const OX: RequirementInfo = { class_name: "ox", valid: ["horns"], spurious: ["Palm  tree"] };
const ALL: RequirementInfo = { class_name: null, valid: ["palm tree", "fur"], spurious: ["text"] };

test("a class is judged by its own concepts and those of every class, its own word first", () => {
  expect(conceptsOf([ALL, OX], "ox")).toEqual({
    valid: [
      { concept: "horns", forAll: false },
      { concept: "fur", forAll: true },
    ],
    spurious: [
      { concept: "Palm  tree", forAll: false },
      { concept: "text", forAll: true },
    ],
  });
  expect(conceptsOf([OX], "bee")).toEqual({ valid: [], spurious: [] });
});

test("a concept of a class without a requirement begins one", () => {
  expect(withConcept([ALL], "bee", "spurious", "  a  flower ")).toEqual([
    ALL,
    { class_name: "bee", valid: [], spurious: ["a flower"] },
  ]);
  expect(withConcept([OX, ALL], "ox", "valid", "cattle")[0]?.valid).toEqual(["horns", "cattle"]);
});

test("a requirement whose last concept goes is gone", () => {
  const small = { class_name: "ox", valid: ["horns"], spurious: [] };
  expect(withoutConcept([small, ALL], "ox", "valid", { concept: "horns", forAll: false })).toEqual([ALL]);
  const less = withoutConcept([OX, ALL], "ox", "valid", { concept: "fur", forAll: true });
  expect(less).toEqual([OX, { ...ALL, valid: ["palm tree"] }]);
});

test("the requirements that were given are left as they are", () => {
  const given = [structuredClone(OX)];
  withConcept(given, "ox", "valid", "cattle");
  withoutConcept(given, "ox", "valid", { concept: "horns", forAll: false });
  expect(given).toEqual([OX]);
});

test("a concept that is in a list already, in whatever writing, is refused with the reason", () => {
  const concepts = conceptsOf([OX], "ox");
  expect(refusal(concepts, "valid", "HORNS")).toContain("in the list already");
  expect(refusal(concepts, "valid", "palm tree")).toContain("is spurious already");
  expect(refusal(concepts, "valid", "x".repeat(1001))).toContain("1,001 characters");
  expect(refusal(concepts, "valid", "cattle")).toBeNull();
});
