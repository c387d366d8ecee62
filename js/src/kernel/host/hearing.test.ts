import { describe, expect, it } from "vitest";
import { keepHearing } from "./hearing";
import type { HostModel } from "./models";

/** Jupyter's model, as far as messages go. */
class JupyterModel {
  heard: unknown[] = [];
  sent: object[] = [];
  comm_live = true;
  receive: (message: unknown) => Promise<void> = (message) => this._handle_comm_msg(message);
  comm = {
    on_msg: (handle: (message: unknown) => Promise<void>) => {
      this.receive = handle;
    },
    send: (data: object) => this.sent.push(data),
  };

  async _handle_comm_msg(message: unknown): Promise<void> {
    this.heard.push(message);
  }
}

/** anywidget's: every message waits until the module is there. */
class WaitingModel extends JupyterModel {
  constructor(private readonly late: boolean) {
    super();
  }

  override async _handle_comm_msg(message: unknown): Promise<void> {
    if (this.late) throw new Error("too late");
    return super._handle_comm_msg(message);
  }
}

const host = (model: object) => model as HostModel;
const NEWS = { content: { data: { method: "update" } } };

describe("a model that came too late", () => {
  it("hears its kernel again and asks for what it missed", async () => {
    const model = new WaitingModel(true);
    await expect(model.receive(NEWS)).rejects.toThrow("too late");
    await keepHearing(host(model));
    await model.receive(NEWS);
    expect(model.heard).toEqual([NEWS]);
    expect(model.sent).toEqual([{ method: "request_state" }]);
  });

  it("is left alone when its kernel is gone", async () => {
    const model = new WaitingModel(true);
    model.comm_live = false;
    await keepHearing(host(model));
    expect(model.sent).toEqual([]);
  });
});

describe("any other model", () => {
  it("asks for nothing and hears as before when it was in time", async () => {
    const model = new WaitingModel(false);
    const before = model.receive;
    await keepHearing(host(model));
    expect(model.sent).toEqual([]);
    expect(model.receive).toBe(before);
  });

  it("is left alone where the host has no such line", async () => {
    await expect(keepHearing(host({}))).resolves.toBeUndefined();
  });

  it("is left alone where nothing stands before Jupyter's own handler", async () => {
    const { comm, sent } = new JupyterModel();
    const late = () => Promise.reject(new Error("too late"));
    await keepHearing(host({ comm, _handle_comm_msg: late }));
    expect(sent).toEqual([]);
  });
});
