/** What every view that judges neurons asks the kernel; Python's side of it is `widgets/answers/audit/requests.py`. */

/** Params of `audit`: the concepts of one class. */
export interface AuditParams extends Record<string, unknown> {
  layer: string;
  class_name: string;
  valid: string[];
  spurious: string[];
  threshold: number;
}

export interface ClassInfo {
  name: string;
  n_samples: number;
}

/** Answer to `audit_classes`: the classes whose relevance is known, or why none is. */
export interface ClassesResult {
  /** "computed"; "missing", and the model is there to compute it; "no_model", and it is not. */
  state: "computed" | "missing" | "no_model";
  /** The method of attribution. */
  method: string;
  classes: ClassInfo[];
  /** There are images or a model to show heat maps with. */
  has_heatmaps: boolean;
  /** There is a model to take neurons out of, and images to test it on. */
  can_ablate: boolean;
}

/**
 * Answer to `audit`: a class's neurons by their number. With it nine columns: relevance and share (Float32); for the
 * valid and then the spurious concepts z-score, alignment (Float32) and the place of the concept in the list (Uint16,
 * 65535 is none); last the verdict (Uint8, the place in `VERDICTS`).
 */
export interface AuditResult {
  n: number;
  n_samples: number;
  /** Of positive relevance, in the order of `VERDICTS`; all 0 where there is none. */
  shares: number[];
  /** What the z-score of each concept is measured against: "words", "pictures" or "components". */
  calibrations: { valid: string[]; spurious: string[] };
}
