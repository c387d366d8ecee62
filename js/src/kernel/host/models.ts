import type { AnyModel } from "@anywidget/types";

/**
 * Model as the widget manager returns it. Jupyter's own models report whether a kernel listens (`comm_live`) and hold
 * the comm; other hosts, marimo for one, leave that out.
 */
export interface HostModel extends AnyModel {
  comm_live?: boolean;
  comm?: Comm;
  _handle_comm_msg?: (message: unknown) => Promise<void>;
  /** True on a page of `to_html`: all answers are kept, and there is no kernel. */
  kept?: boolean;
}

interface Comm {
  on_msg: (handle: (message: unknown) => Promise<void>) => void;
  send: (data: object, callbacks: object, metadata: object, buffers: ArrayBuffer[]) => void;
}

const REFERENCE = "IPY_MODEL_";

/** Resolves the model that a trait refers to; rejects when the host does not have it. */
export async function referredModel(model: AnyModel, trait: string): Promise<HostModel> {
  const reference: unknown = model.get(trait);
  if (typeof reference !== "string") throw new TypeError(`the trait ${trait} refers to no model`);
  return model.widget_manager.get_model(reference.replace(REFERENCE, ""));
}
