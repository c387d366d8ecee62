/**
 * Recovery of messages after a slow start. anywidget gives a model two seconds from its creation to load its module,
 * and drops all messages to one that took longer: a page that was busy while it opened would show widgets that never
 * receive an answer.
 */
import type { HostModel } from "./models";

type Handle = (this: HostModel, message: unknown) => Promise<void>;

const NOTHING = { content: { data: { method: "nothing" } } };

/** Restores the message handler of a model that loaded too late, and requests its current state. */
export async function keepHearing(model: HostModel): Promise<void> {
  const { comm } = model;
  if (comm === undefined || model.comm_live === false || (await isHearing(model))) return;
  const handle = handlerBeforeTheWait(model);
  if (handle === undefined) return;
  comm.on_msg((message) => handle.call(model, message));
  comm.send({ method: "request_state" }, {}, {}, []);
}

/** Sends an empty message to find out whether anywidget's wait has failed. */
async function isHearing(model: HostModel): Promise<boolean> {
  try {
    await model._handle_comm_msg?.(NOTHING);
    return true;
  } catch {
    return false;
  }
}

/** The message handler of Jupyter's own model, which anywidget's wait guards. */
function handlerBeforeTheWait(model: HostModel): Handle | undefined {
  let owner: HostModel = model;
  while (!Object.hasOwn(owner, "_handle_comm_msg")) owner = Object.getPrototypeOf(owner);
  return Object.getPrototypeOf(owner)._handle_comm_msg;
}
