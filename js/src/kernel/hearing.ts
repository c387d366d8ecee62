/**
 * Being heard after a slow start. anywidget gives a model two seconds from its creation to load its module, and
 * lets no message through to one that took longer: a page that was busy while it opened would show widgets that
 * never hear of their kernel again.
 */
import type { HostModel } from "./models";

type Handle = (this: HostModel, message: unknown) => Promise<void>;

const NOTHING = { content: { data: { method: "nothing" } } };

/** Lets a model that came too late hear its kernel again, and asks for what it has missed. */
export async function keepHearing(model: HostModel): Promise<void> {
  const { comm } = model;
  if (comm === undefined || model.comm_live === false || (await isHearing(model))) return;
  const handle = handlerBeforeTheWait(model);
  if (handle === undefined) return;
  comm.on_msg((message) => handle.call(model, message));
  comm.send({ method: "request_state" }, {}, {}, []);
}

/** What a message of no meaning meets: the wait that every message meets. */
async function isHearing(model: HostModel): Promise<boolean> {
  try {
    await model._handle_comm_msg?.(NOTHING);
    return true;
  } catch {
    return false;
  }
}

/** What Jupyter's own model does with a message, which anywidget's wait stands before. */
function handlerBeforeTheWait(model: HostModel): Handle | undefined {
  let owner: HostModel = model;
  while (!Object.hasOwn(owner, "_handle_comm_msg")) owner = Object.getPrototypeOf(owner);
  return Object.getPrototypeOf(owner)._handle_comm_msg;
}
