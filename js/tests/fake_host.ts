/** Host model for tests: records messages, and delivers answers. */
import type { AnyModel } from "@anywidget/types";
import type { HostModel } from "../src/kernel/host/models";

interface Sent {
  requests: {
    rid: string;
    kind: string;
    params: Record<string, unknown>;
    slot?: string;
    n_buffers: number;
  }[];
}

type Callback = (...args: unknown[]) => void;

export class FakeHost {
  sent: Sent[] = [];
  saved = 0;
  comm_live = true;
  closed = false;
  #listeners = new Map<string, Set<Callback>>();

  constructor(private readonly traits: Record<string, unknown> = {}) {}

  get asHost(): HostModel {
    return this as unknown as HostModel & AnyModel;
  }

  get requests(): Sent["requests"] {
    return this.sent.flatMap((message) => message.requests);
  }

  get(name: string): unknown {
    return this.traits[name];
  }

  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {
    this.saved += 1;
  }

  on(event: string, callback: Callback): void {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(callback));
  }

  off(event: string, callback: Callback): void {
    this.#listeners.get(event)?.delete(callback);
  }

  send(content: Sent): void {
    if (this.closed) throw new Error("Cannot send");
    this.sent.push(structuredClone(content));
  }

  emit(event: string, ...args: unknown[]): void {
    for (const callback of this.#listeners.get(event) ?? []) callback(...args);
  }

  answer(content: Record<string, unknown>, buffers: DataView[] = []): void {
    this.emit("msg:custom", content, buffers);
  }

  setLive(live: boolean): void {
    this.comm_live = live;
    this.emit("comm_live_update");
  }
}
