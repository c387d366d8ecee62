/** Picture and file name of the image query that is shown, whoever set it: the reader, a linked view or a cell. */
import { type Signal, signal } from "@preact/signals";
import { unpack } from "../../kernel/columns";
import type { Kernel } from "../../kernel/types";
import { whileAlive } from "../../ui/state/synced";

export interface QueryPicture {
  /** The first picture; null where it is not known. */
  file: Blob | null;
  /** Of every image; "" for none. */
  names: readonly string[];
}

/** Returns the picture as a signal that follows the handle; null without an image query, and until it arrives. */
export function queryPicture(
  kernel: Kernel,
  handle: Signal<string>,
  lifetime: AbortSignal,
): Signal<QueryPicture | null> {
  const shown: Signal<QueryPicture | null> = signal(null);
  const load = async (wanted: string) => {
    const slot = { slot: "query_picture", signal: lifetime };
    try {
      const { result, buffers } = await kernel.request("query_picture", { handle: wanted }, slot);
      const [file = null] = unpack(buffers[0], result.offsets);
      if (handle.peek() === wanted) shown.value = { file, names: result.names };
    } catch {
      // The answer to the query itself says so when the image is no longer kept.
    }
  };
  whileAlive(lifetime, () => {
    shown.value = null;
    if (handle.value !== "") void load(handle.value);
  });
  return shown;
}
