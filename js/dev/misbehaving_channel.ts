/** A kept page's channel that is slow, fails or closes, as a kernel may. */
import type { Answers } from "../src/page/answers";
import { PageChannel, type PageMessage } from "../src/page/model";

export interface Misbehaviour {
  /** Milliseconds before every answer. */
  slow: number;
  /** Kinds of requests that fail; "all" is every kind. */
  fail: string[];
  /** Milliseconds after which the kernel is gone. */
  gone: number;
  /** Says that a page answers; otherwise the views believe in a kernel. */
  kept: boolean;
}

export class MisbehavingChannel extends PageChannel {
  comm_live = true;

  constructor(
    answers: Answers,
    private readonly how: Misbehaviour,
  ) {
    super(answers);
    this.kept = how.kept;
    if (Number.isFinite(how.gone)) setTimeout(() => this.close(), how.gone);
  }

  override send(message: PageMessage): void {
    setTimeout(() => this.sendNow(message), this.how.slow);
  }

  private sendNow({ requests }: PageMessage): void {
    const fails = ({ kind }: PageMessage["requests"][number]) =>
      this.how.fail.includes("all") || this.how.fail.includes(kind);
    super.send({ requests: requests.filter((request) => !fails(request)) });
    for (const { rid, kind } of requests.filter(fails)) {
      const error = { type: "RuntimeError", message: `'${kind}' was made to fail by the page's address` };
      this.emit("msg:custom", { rid, error }, []);
    }
  }

  private close(): void {
    this.comm_live = false;
    this.emit("comm_live_update");
  }
}
