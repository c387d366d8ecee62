/** Kernel for tests: the test gives the answers, in any order. */
import type { Kernel, KernelStatus, Kind, Params, Reply, ReplyTo, RequestOptions } from "../src/kernel/types";

export interface Asked {
  kind: string;
  params: Record<string, unknown>;
  options: RequestOptions;
  answer: (reply: Reply<unknown>) => void;
  fail: (error: Error) => void;
}

export class PatientKernel implements Kernel {
  status: KernelStatus = "ready";
  readonly asked: Asked[] = [];
  private listener: (status: KernelStatus) => void = () => {};

  onStatus(listener: (status: KernelStatus) => void): void {
    this.listener = listener;
  }

  become(status: KernelStatus): void {
    this.listener(status);
  }

  request<Name extends Kind>(
    kind: Name,
    params: Params<Name>,
    options: RequestOptions = {},
  ): Promise<ReplyTo<Name>> {
    return new Promise((resolve, fail) => {
      const answer = (reply: Reply<unknown>) => resolve(reply as ReplyTo<Name>);
      this.asked.push({ kind, params: params as Record<string, unknown>, options, answer, fail });
    });
  }

  of(kind: string): Asked[] {
    return this.asked.filter((asked) => asked.kind === kind);
  }

  last(kind: string): Asked {
    const asked = this.of(kind).at(-1);
    if (asked === undefined) throw new Error(`nobody asked for ${kind}`);
    return asked;
  }
}

/** The same bytes one byte into a longer message, as they come out of a comm. */
export function offBeat(bytes: Uint8Array): DataView {
  const message = new Uint8Array(bytes.length + 2);
  message.set(bytes, 1);
  return new DataView(message.buffer, 1, bytes.length);
}

export async function settled(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}
