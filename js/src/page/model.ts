/** Models of a page of `to_html`: the widget's, whose traits stay in the page, and the channel's, which answers. */
import type { Reply } from "../kernel/types";
import type { Answers } from "./answers";
import { Missing } from "./parts";

/** Parts from which on loading them is reported. */
const MANY = 16;
const LOADING = "loading this page's parts";

type Listener = (...args: unknown[]) => void;

export interface PageMessage {
  requests: { rid: string; kind: string; params: object }[];
}

/** Model as the widget manager returns it; only the reader changes its traits. */
export class PageModel {
  /** True: there is no kernel, and the page answers. */
  kept = true;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(
    private readonly traits: Record<string, unknown>,
    readonly widget_manager?: { get_model: (id: string) => Promise<PageModel> },
  ) {}

  get(name: string): unknown {
    return this.traits[name];
  }

  set(name: string, value: unknown): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {}

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, ...args: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }
}

/** Channel that answers asynchronously, as a kernel does. */
export class PageChannel extends PageModel {
  constructor(private readonly answers: Answers) {
    super({});
  }

  send({ requests }: PageMessage): void {
    for (const request of requests) setTimeout(() => void this.#answer(request));
  }

  async #answer(request: PageMessage["requests"][number]): Promise<void> {
    const { rid, kind } = request;
    if (kind === "cancel") return;
    try {
      const { result, buffers } = await this.#whole(request);
      this.emit("msg:custom", { rid, result }, buffers);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.emit("msg:custom", { rid, error: { type: "ValueError", message } }, []);
    }
  }

  /** The answer, once the parts of the page that it needs are loaded. */
  async #whole(request: PageMessage["requests"][number]): Promise<Reply<unknown>> {
    const { rid, kind, params } = request;
    for (;;) {
      try {
        return this.answers.to(kind, params);
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        await error.load((done, total) => {
          if (total >= MANY) this.emit("msg:custom", { rid, progress: { done, total, what: LOADING } }, []);
        });
      }
    }
  }
}
