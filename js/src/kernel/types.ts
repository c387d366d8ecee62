/**
 * Interfaces between a view and its surroundings: answers to requests, and a few synced values.
 *
 * Types only. `client.ts` implements them over a Jupyter comm, `js/tests` with answers that a test gives; a view cannot
 * tell the two apart.
 */

/** One answer: its JSON, and the binary buffers sent with it. */
export interface Reply<T> {
  result: T;
  buffers: DataView[];
}

/** Progress of a long request. */
export interface Progress {
  done: number;
  total: number;
  what: string;
}

/** Ready; a request has been pending for more than 400 ms; the kernel is gone; or a page answers from what it keeps. */
export type KernelStatus = "ready" | "busy" | "gone" | "kept";

export interface RequestOptions {
  signal?: AbortSignal;
  /** A newer request in the same slot aborts the older one, which rejects with an AbortError. */
  slot?: string;
  buffers?: ArrayBuffer[];
  onProgress?: (progress: Progress) => void;
  /** Waits for work that another process does: the kernel does not count as busy meanwhile. */
  patient?: boolean;
}

/** Sends requests to Python. Failures there reject with a `KernelFailure`, aborted requests with an AbortError. */
export interface Kernel {
  request<T>(kind: string, params: Record<string, unknown>, options?: RequestOptions): Promise<Reply<T>>;
  readonly status: KernelStatus;
  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void;
}

/** An error reported by Python: its class name and its message. */
export interface KernelFailure extends Error {
  readonly type: string;
}

/** Synced traits of one widget; `set` also saves. */
export interface State<Traits extends object> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void;
  on<Name extends keyof Traits>(
    name: Name,
    listener: (value: Traits[Name]) => void,
    signal: AbortSignal,
  ): void;
}
