/** Verdict requests, shared: equal requests by several parts of one view are sent once. */
import { type Signal, signal } from "@preact/signals";
import type { AuditParams } from "../generated/protocol";
import type { Kernel, Progress } from "../kernel/types";
import { type ClassAudit, decodeAudit } from "./class_audit";

interface Asked {
  what: string;
  life: AbortController;
  audit: Promise<ClassAudit>;
}

export class AuditRequests {
  /** Progress of embedding the samples of a class; null when that is not going on. */
  readonly progress: Signal<Progress | null> = signal(null);
  /** The pending request of each part. */
  readonly #waiting = new Map<string, Asked>();

  constructor(
    private readonly kernel: Kernel,
    private readonly lifetime: AbortSignal,
  ) {}

  /** Supersedes the part's previous request, unless another part waits for it. `attributed` separates attributions. */
  ask(part: string, params: AuditParams, attributed: number): Promise<ClassAudit> {
    const what = JSON.stringify([params, attributed]);
    const before = this.#waiting.get(part);
    const asked = [...this.#waiting.values()].find((each) => each.what === what) ?? this.#begin(what, params);
    this.#waiting.set(part, asked);
    if (before !== undefined && ![...this.#waiting.values()].includes(before)) before.life.abort();
    return asked.audit;
  }

  #begin(what: string, params: AuditParams): Asked {
    const life = new AbortController();
    const audit = this.#request(params, AbortSignal.any([this.lifetime, life.signal]));
    const asked = { what, life, audit };
    const done = () => {
      this.progress.value = null;
      for (const [part, each] of this.#waiting) if (each === asked) this.#waiting.delete(part);
    };
    audit.then(done, done);
    return asked;
  }

  async #request(params: AuditParams, signal: AbortSignal): Promise<ClassAudit> {
    if (params.within_class && params.valid.length + params.spurious.length > 0)
      await this.#embedSamples(params, signal);
    return decodeAudit(await this.kernel.request("audit", params, { signal }), params);
  }

  async #embedSamples(params: AuditParams, signal: AbortSignal): Promise<void> {
    const { layer, class_name, valid, spurious, threshold } = params;
    const onProgress = (progress: Progress) => {
      if (!signal.aborted) this.progress.value = progress;
    };
    const asked = { layer, requirements: [{ class_name, valid, spurious }], threshold };
    await this.kernel.request("audit_within", asked, { signal, onProgress });
  }
}
