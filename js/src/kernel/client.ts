/** Client of one view: a request supersedes the previous one in its slot; `status` says whether answers are pending. */
import type { Channel } from "./channel";
import type { Kernel, KernelStatus, Kind, Params, Reply, ReplyTo, RequestOptions } from "./types";

const BUSY_MS = 400;
let views = 0;

export class KernelClient implements Kernel {
  #view = ++views;
  #slots = new Map<string, AbortController>();
  #late = new Set<object>();
  #status: KernelStatus;
  #listeners = new Set<(status: KernelStatus) => void>();

  constructor(
    private readonly channel: Channel,
    private readonly lifetime: AbortSignal,
  ) {
    this.#status = channel.kept ? "kept" : channel.gone ? "gone" : "ready";
    channel.onGone(() => this.#update(), lifetime);
  }

  get status(): KernelStatus {
    return this.#status;
  }

  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void {
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener));
  }

  async request<Name extends Kind>(
    kind: Name,
    params: Params<Name>,
    options: RequestOptions = {},
  ): Promise<ReplyTo<Name>> {
    const signals = [this.lifetime];
    if (options.signal) signals.push(options.signal);
    if (options.slot !== undefined) signals.push(this.#takeSlot(options.slot));
    const signal = AbortSignal.any(signals);
    signal.throwIfAborted();
    const settle = options.patient ? undefined : this.#watch();
    try {
      return (await this.#ask(kind, params, options, signal)) as ReplyTo<Name>;
    } finally {
      settle?.();
    }
  }

  #ask(kind: Kind, params: object, options: RequestOptions, signal: AbortSignal): Promise<Reply<unknown>> {
    return new Promise((resolve, reject) => {
      const slot = options.slot === undefined ? {} : { slot: `${this.#view}:${options.slot}` };
      const request = { kind, params, buffers: options.buffers ?? [], ...slot };
      const rid = this.channel.ask(request, { resolve, reject, onProgress: options.onProgress });
      signal.addEventListener("abort", () => {
        this.channel.cancel(rid);
        reject(signal.reason);
      });
    });
  }

  #takeSlot(slot: string): AbortSignal {
    this.#slots.get(slot)?.abort();
    const controller = new AbortController();
    this.#slots.set(slot, controller);
    return controller.signal;
  }

  #watch(): () => void {
    const token = {};
    const timer = setTimeout(() => {
      this.#late.add(token);
      this.#update();
    }, BUSY_MS);
    return () => {
      clearTimeout(timer);
      if (this.#late.delete(token)) this.#update();
    };
  }

  #update(): void {
    if (this.channel.kept) return;
    const status = this.channel.gone ? "gone" : this.#late.size > 0 ? "busy" : "ready";
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
