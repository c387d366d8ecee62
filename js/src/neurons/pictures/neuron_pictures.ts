/** Pictures of samples or of concept examples: thumbnails to draw, large ones as addresses for <img>. */

import type { PicturesResult } from "../../generated/protocol";
import { unpack } from "../../kernel/columns";
import type { Kernel } from "../../kernel/types";
import { type PictureSource, PictureStore } from "./thumbnails";

export interface PictureStores {
  /** Stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Large pictures, as addresses for <img>. */
  pictures: PictureStore<string>;
}

/** Decoded 128 px thumbnails take 64 kB each: 100 MB in all, and more than any screen shows at once. */
const THUMBNAILS_KEPT = 1600;
const PICTURES_KEPT = 60;

/** Request for some rows. */
export interface Asked {
  kind: string;
  params: (rows: number[]) => object;
  /** Maximum per request, where each takes long. */
  slow?: number;
}

const SAMPLES: Asked = { kind: "thumbnails", params: (samples) => ({ samples }) };

/** Makes both stores, of samples by row unless `request` says otherwise; they close when the signal aborts. */
export function pictureStores(
  kernel: Kernel,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
  { kind, params, slow }: Asked = SAMPLES,
): PictureStores {
  const load = (size: "small" | "large") => async (rows: number[], wanted: AbortSignal) => {
    const life = AbortSignal.any([signal, wanted]);
    const reply = await kernel.request<PicturesResult>(kind, { ...params(rows), size }, { signal: life });
    return unpack(reply.buffers[0], reply.result.offsets);
  };
  const shared: Pick<PictureSource<string>, "onFailure" | "slow"> = {
    onFailure,
    ...(slow === undefined ? {} : { slow }),
  };
  const thumbnails = new PictureStore<ImageBitmap>({
    load: load("small"),
    decode: (file) => createImageBitmap(file),
    release: (picture) => picture.close(),
    capacity: THUMBNAILS_KEPT,
    ...shared,
  });
  const pictures = new PictureStore<string>({
    load: load("large"),
    decode: async (file) => URL.createObjectURL(file),
    release: (url) => URL.revokeObjectURL(url),
    capacity: PICTURES_KEPT,
    ...shared,
  });
  signal.addEventListener("abort", () => {
    thumbnails.close();
    pictures.close();
  });
  return { thumbnails, pictures };
}
