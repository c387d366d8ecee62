/** The pictures of the samples: small ones to draw, large ones as addresses for <img>. */
import type { Kernel } from "../kernel/types";
import type { ThumbnailsResult } from "./neuron";
import { PictureStore, unpack } from "./thumbnails";

export interface PictureStores {
  /** The stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Large pictures, as addresses for <img>. */
  pictures: PictureStore<string>;
}

/** Decoded 128 px thumbnails take 64 kB each: 100 MB, and more than any screen shows at once. */
const THUMBNAILS_KEPT = 1600;
const PICTURES_KEPT = 60;

/** Both stores of one view, closed when its signal aborts. */
export function pictureStores(
  kernel: Kernel,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): PictureStores {
  const load = (size: "small" | "large") => async (samples: number[]) => {
    const reply = await kernel.request<ThumbnailsResult>("thumbnails", { samples, size }, { signal });
    return unpack(reply.buffers[0], reply.result.offsets);
  };
  const thumbnails = new PictureStore<ImageBitmap>({
    load: load("small"),
    decode: (file) => createImageBitmap(file),
    release: (picture) => picture.close(),
    capacity: THUMBNAILS_KEPT,
    onFailure,
  });
  const pictures = new PictureStore<string>({
    load: load("large"),
    decode: async (file) => URL.createObjectURL(file),
    release: (url) => URL.revokeObjectURL(url),
    capacity: PICTURES_KEPT,
    onFailure,
  });
  signal.addEventListener("abort", () => {
    thumbnails.close();
    pictures.close();
  });
  return { thumbnails, pictures };
}
