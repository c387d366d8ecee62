import { expect, test } from "vitest";
import { auditReply, FOUR } from "../../tests/audit_world";
import { decodeAudit, NONE, ordered, verdictOf } from "../audits/class_audit";
import { announcement, answerTitle, classOutcome } from "./state/words";

const SETTINGS = { threshold: 1, within_class: false };
const ASKED = { layer: "bn2", class_name: "ox", valid: ["horns"], spurious: ["palm tree"], ...SETTINGS };
const audit = decodeAudit(auditReply(), ASKED);
const shown = (key: Parameters<typeof ordered>[1]["key"], descending = true) => [
  ...ordered(audit, { key, descending }, new Set()),
];

test("the columns are read as they were sent", () => {
  expect([...audit.share]).toEqual(FOUR.share);
  expect([...audit.answers.spurious.zScore]).toEqual(FOUR.spurious);
  expect([...audit.answers.valid.concept]).toEqual([0, 0, 0, NONE]);
  expect(audit.highest).toEqual({ zScore: 5, share: Math.fround(0.6) });
  expect([0, 1, 2, 3].map((k) => verdictOf(audit, k))).toEqual([
    "valid",
    "spurious",
    "ambiguous",
    "unexpected",
  ]);
});

test("what has no number is last either way, and ties go to the more relevant, then the lower number", () => {
  expect(shown("share")).toEqual([0, 1, 2, 3]);
  expect(shown("valid")).toEqual([0, 2, 1, 3]);
  expect(shown("valid", false)).toEqual([1, 2, 0, 3]);
  expect(shown("component")).toEqual([3, 2, 1, 0]);
  expect(shown("verdict", false)).toEqual([0, 1, 2, 3]);
});

test("equal shares are in the order of mean relevance, as in the table of Python", () => {
  const mixed = { ...audit, share: new Float32Array(4), relevance: Float32Array.of(-2, -1, 0, -1) };
  expect([...ordered(mixed, { key: "share", descending: true }, new Set())]).toEqual([2, 1, 3, 0]);
});

test("hidden verdicts are left out", () => {
  expect([...ordered(audit, { key: "share", descending: true }, new Set(["valid", "unexpected"]))]).toEqual([
    1, 2,
  ]);
});

test("a class passes where the interval of its spurious share is within the limit, and is not judged without concepts", () => {
  expect([0.36, 0.25, 0.14].map((most) => classOutcome(audit, most))).toEqual([
    "passes",
    "undecided",
    "fails",
  ]);
  expect(classOutcome({ ...audit, n_samples: 9 }, 0.36)).toBe("too few samples");
  const bare = decodeAudit(auditReply(), { ...ASKED, valid: [], spurious: [] });
  expect(classOutcome(bare, 0.25)).toBeNull();
  expect(announcement(bare, 0.25)).toBe("ox: 4 neurons, no concepts yet");
  expect(announcement(audit, 0.1)).toBe(
    "ox: valid 50 %, spurious 25 %, ambiguous 25 %, unexpected 0 %; fails, at most 10 % may be spurious",
  );
});

test("an answer is explained with the concept, what it is measured against and the threshold", () => {
  const title = answerTitle(audit, "spurious", 1);
  expect(title).toContain("palm tree");
  expect(title).toContain("5 standard deviations above unrelated words, at least 1");
  expect(answerTitle(audit, "valid", 3)).toContain("no examples");
});
