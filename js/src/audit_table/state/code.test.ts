import { expect, test } from "vitest";
import { world } from "../../../tests/audit_world";
import { asCode } from "./code";

test("the code makes the table that is shown, with hostile words as plain strings", async () => {
  const requirements = [
    { class_name: "ox", valid: ["horns"], spurious: ['a "tree"\n'] },
    { class_name: null, valid: [], spurious: ["text"] },
  ];
  const { table } = await world({
    requirements,
    max_spurious: 0.2,
    ablated: ["bn2:1"],
    examples_as: "heatmap",
  });
  table.judgeWithin(true);
  expect(asCode("AuditTable", table)).toBe(
    [
      "audit_table = slw.AuditTable(",
      "    lens,",
      "    requirements=[",
      '        slw.Requirement("ox", valid=["horns"], spurious=["a \\"tree\\"\\n"]),',
      '        slw.Requirement(None, spurious=["text"]),',
      "    ],",
      '    class_name="ox",',
      '    layer="bn2",',
      '    examples_as="heatmap",',
      ")",
      "audit_table.within_class = True",
      "audit_table.max_spurious = 0.2",
      'audit_table.ablated = ["bn2:1"]',
    ].join("\n"),
  );
});
