/**
 * Interfaces between a view and its surroundings: answers to requests, and a few synced values.
 *
 * Types only. `client.ts` implements them over a Jupyter comm, `js/tests` with answers that a test gives; a view cannot
 * tell the two apart.
 */

import type { Requests } from "../generated/protocol";
import type { Link } from "./link";

/** Name of a request. */
export type Kind = keyof Requests;

export type Params<Name extends Kind> = Requests[Name]["params"];

/** Answer to a request of this name. */
export type ReplyTo<Name extends Kind> = Reply<Requests[Name]["result"]>;

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

/** Sends requests to Python. Failures there reject with a `KernelError`, aborted requests with an AbortError. */
export interface Kernel {
  request<Name extends Kind>(
    kind: Name,
    params: Params<Name>,
    options?: RequestOptions,
  ): Promise<ReplyTo<Name>>;
  readonly status: KernelStatus;
  onStatus(listener: (status: KernelStatus) => void, signal: AbortSignal): void;
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
  /** Reports why Python refused a value; the trait returns to the value before by itself. */
  onRefused?(listener: (reason: string) => void, signal: AbortSignal): void;
}

/** Inputs of a view. */
export interface ViewProps<Traits extends object> {
  el: HTMLElement;
  kernel: Kernel;
  model: State<Traits>;
  /** Shares what is pointed at with linked views. */
  link?: Link;
  signal: AbortSignal;
}
