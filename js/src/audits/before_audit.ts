/** An earlier audit of a class, and the neurons on which it disagrees with the present one. */

import { VERDICTS } from "../generated/constants";
import type { BeforeResult } from "../generated/protocol";
import { bytes } from "../kernel/columns";
import type { Reply } from "../kernel/types";
import type { ClassAudit } from "./class_audit";
import type { Verdict } from "./verdicts";

export interface BeforeAudit extends BeforeResult {
  layer: string;
  className: string;
  share: Float32Array;
  verdict: Uint8Array;
}

export function decodeBefore(
  { result, buffers }: Reply<BeforeResult>,
  { layer, className }: { layer: string; className: string },
): BeforeAudit {
  const [share, verdict] = [new Float32Array(bytes(buffers[0])), new Uint8Array(bytes(buffers[1]))];
  return { ...result, layer, className, share, verdict };
}

/** Returns the earlier verdict on a neuron where it was another; null where nothing changed. */
export function verdictBefore(
  audit: ClassAudit,
  before: BeforeAudit | null,
  component: number,
): Verdict | null {
  if (before === null || before.layer !== audit.layer || before.className !== audit.className) return null;
  const was = before.verdict[component];
  if (was === undefined || was === audit.verdict[component]) return null;
  // A neuron that the class rests on in neither audit changes nothing for it.
  if (!((audit.share[component] ?? 0) > 0 || (before.share[component] ?? 0) > 0)) return null;
  return VERDICTS[was] ?? null;
}
