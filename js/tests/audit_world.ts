/** Audit table for tests, over a kernel whose answers the test gives. */

import { AuditTable } from "../src/audit_table/state/state";
import { ANSWERS_ABOVE } from "../src/generated/constants";
import type { AuditResult, ClassesResult } from "../src/generated/protocol";
import type { AuditTableTraits } from "../src/generated/traits";
import type { Reply } from "../src/kernel/types";
import { settled } from "./patient_kernel";
import { COMMON, reply, surroundings } from "./world";

export { reply, settled };

export function traits(changes: Partial<AuditTableTraits> = {}): AuditTableTraits {
  return {
    ...COMMON,
    ablated: [],
    before_id: "",
    decision_threshold: null,
    class_name: "",
    max_spurious: 0.1,
    requirements: [{ class_name: "ox", valid: ["horns"], spurious: ["palm tree"] }],
    threshold: ANSWERS_ABOVE,
    within_class: false,
    label_choices: [],
    labels_by: "",
    vocabulary_info: null,
    ...changes,
  };
}

export function classesReply(changes: Partial<ClassesResult> = {}): Reply<ClassesResult> {
  const result: ClassesResult = {
    state: "computed",
    method: "gradient",
    classes: [
      { name: "bee", n_samples: 3 },
      { name: "ox", n_samples: 34 },
      { name: "unicorn", n_samples: 0 },
    ],
    has_heatmaps: true,
    can_ablate: true,
    ...changes,
  };
  return reply(result);
}

export interface Audited {
  share: number[];
  valid: number[];
  spurious: number[];
  verdict: number[];
}

/** Two neurons for horns, one for palm trees, one without examples. */
export const FOUR: Audited = {
  share: [0.5, 0.25, 0.25, 0],
  valid: [4, 1, 3, Number.NaN],
  spurious: [0.5, 5, 3.5, Number.NaN],
  verdict: [0, 1, 2, 3],
};

export function auditReply(audited: Audited = FOUR, changes: Partial<AuditResult> = {}): Reply<AuditResult> {
  const { share, valid, spurious, verdict } = audited;
  const shares = [0, 0, 0, 0].map((_, code) =>
    share.reduce((sum, each, k) => sum + (verdict[k] === code ? each : 0), 0),
  );
  const result: AuditResult = {
    n: share.length,
    n_samples: 34,
    bar: 0.95,
    shares,
    intervals: shares.map((each) => [Math.max(0, each - 0.1), Math.min(1, each + 0.1)]),
    calibrations: { valid: ["words"], spurious: ["words"] },
    caveats: { valid: [""], spurious: [""] },
    suspects: ["bn2:1", "bn2:2"],
    ...changes,
  };
  const answers = (z: number[]) => [
    Float32Array.from(z),
    Float32Array.from(z, (each) => (each >= 2.75 ? 0.99 : each / 4)),
    Float32Array.from(z, (each) => each / 10),
    Uint16Array.from(z, (each) => (Number.isNaN(each) ? 65535 : 0)),
  ];
  const columns = [
    Float32Array.from(share, (each) => 2 * each),
    Float32Array.from(share),
    ...answers(valid),
    ...answers(spurious),
    Uint8Array.from(verdict),
    Float32Array.from(share, (each) => each * 0.8),
    Float32Array.from(share, (each) => each * 1.2),
  ];
  return reply(result, columns);
}

/** An audit table whose classes and first verdicts have come. */
export async function world(changes: Partial<AuditTableTraits> = {}) {
  const { options, kernel, ...around } = surroundings(traits(changes));
  const table = new AuditTable(options);
  await settled();
  kernel.last("audit_classes").answer(classesReply());
  await settled();
  kernel.last("audit").answer(auditReply());
  await settled();
  return { kernel, table, ...around };
}
