/**
 * What a view needs from the world outside the browser page: answers to requests, and a few synced values.
 *
 * Types only. `client.ts` implements them over a Jupyter comm, `js/tests` with answers that a test gives, so that a
 * view never knows which of the two it talks to.
 */

/** One answer: the JSON part and the binary parts that came with it. */
export interface Reply<T> {
  result: T;
  buffers: DataView[];
}

/** How far a long request has come. */
export interface Progress {
  done: number;
  total: number;
  what: string;
}

/** Ready; a request has waited for more than 400 ms; nobody is there to answer; answers are kept, and nothing is computed. */
export type KernelStatus = "ready" | "busy" | "gone" | "kept";

export interface RequestOptions {
  signal?: AbortSignal;
  /** Latest wins: a newer request of the same slot aborts the older one, which then rejects with an AbortError. */
  slot?: string;
  buffers?: ArrayBuffer[];
  onProgress?: (progress: Progress) => void;
}

/** Asks Python. A failure there rejects with a `KernelFailure`; an aborted request rejects with an AbortError. */
export interface Kernel {
  request<T>(kind: string, params: Record<string, unknown>, options?: RequestOptions): Promise<Reply<T>>;
  readonly status: KernelStatus;
  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void;
}

/** The shape of an error that Python answered with: its class name and its message. */
export interface KernelFailure extends Error {
  readonly type: string;
}

/** The synced traits of one widget; `set` also saves. */
export interface State<Traits extends object> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void;
  on<Name extends keyof Traits>(
    name: Name,
    listener: (value: Traits[Name]) => void,
    signal: AbortSignal,
  ): void;
}
