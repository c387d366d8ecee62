/** What the audit table and the kernel say to each other; Python's side of it is `widgets/_audit_requests.py`. */

import type { AuditTableTraits, RequirementInfo } from "../generated/traits";

/** The synced traits, small by design: everything else is asked for. */
export type AuditTraits = AuditTableTraits;
export type { RequirementInfo };

/** Every request of the table is about a layer; most are about a class and its concepts, too. */
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
  /** What the z-score of each concept is measured against: "words" or "components". */
  calibrations: { valid: string[]; spurious: string[] };
}

/** Answer to `audit_summary`: every class that has a requirement. */
export interface SummaryResult {
  classes: { name: string; shares: number[] }[];
}

export interface SampleInfo {
  /** The index in the dataset. */
  sample: number;
  name: string;
  label: string | null;
  /** The class whose output was attributed. */
  class_name: string;
  /** What the model said; null where nobody knows a name for it. */
  predicted: string | null;
  score: number | null;
  relevance: number | null;
}

/** Answer to `audit_samples`. */
export interface SamplesResult {
  /** The most relevant of the class, the most relevant first; or those of any class with the highest scores. */
  samples: SampleInfo[];
  /** How many there are in all. */
  n: number;
}

export interface Accuracy {
  class_name: string;
  n: number;
  before: number;
  after: number;
  /** With as many random neurons of about the same relevance taken out instead: mean over the draws. */
  random: number | null;
}

/** Answer to `ablate`. */
export interface AblationResult {
  overall: Accuracy;
  classes: Accuracy[];
  n_draws: number;
}
