/** What the audit table and the kernel say to each other; Python's side of it is `widgets/answers/audit/requests.py`. */

import type { AuditTableTraits } from "../../generated/traits";

/** The synced traits, small by design: everything else is asked for. */
export type AuditTraits = AuditTableTraits;

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
