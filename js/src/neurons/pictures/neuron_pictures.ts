/** Pictures of samples or of concept examples: thumbnails to draw, large ones as addresses for <img>. */

import type { Size } from "../../generated/protocol";
import { unpack } from "../../kernel/columns";
import type { ReplyTo } from "../../kernel/types";
import { PictureStore } from "./thumbnails";

export interface PictureStores {
  /** Stored thumbnails. */
  thumbnails: PictureStore<ImageBitmap>;
  /** Large pictures, as addresses for <img>. */
  pictures: PictureStore<string>;
  /** Pictures as large as the images are, up to 2,048 pixels, as addresses too. */
  full: PictureStore<string>;
}

/** Decoded 128 px thumbnails take 64 kB each: 100 MB in all, and more than any screen shows at once. */
const THUMBNAILS_KEPT = 1600;
const PICTURES_KEPT = 60;
const FULL_KEPT = 12;

interface PictureStoresOptions {
  /** Requests the pictures of some rows. */
  ask: (rows: number[], size: Size, signal: AbortSignal) => Promise<ReplyTo<"thumbnails">>;
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
  /** Maximum per request, where each takes long. */
  slow?: number;
}

/** Makes the stores, which close when the signal aborts. */
export function pictureStores({ ask, signal, ...how }: PictureStoresOptions): PictureStores {
  const load = (size: Size) => async (rows: number[], wanted: AbortSignal) => {
    const { buffers, result } = await ask(rows, size, AbortSignal.any([signal, wanted]));
    return unpack(buffers[0], result.offsets);
  };
  const thumbnails = new PictureStore<ImageBitmap>({
    load: load("small"),
    decode: (file) => createImageBitmap(file),
    release: (picture) => picture.close(),
    capacity: THUMBNAILS_KEPT,
    ...how,
  });
  const addressed = (size: Size, capacity: number) =>
    new PictureStore<string>({
      load: load(size),
      decode: async (file) => URL.createObjectURL(file),
      release: (url) => URL.revokeObjectURL(url),
      capacity,
      ...how,
    });
  const stores = {
    thumbnails,
    pictures: addressed("large", PICTURES_KEPT),
    full: addressed("full", FULL_KEPT),
  };
  signal.addEventListener("abort", () => {
    for (const store of Object.values(stores)) store.close();
  });
  return stores;
}

/** Stores that serve one subject at a time: another subject cancels the requests about the one before. */
export class LatestStores<Stores> {
  #known: { subject: string; life: AbortController; stores: Stores } | undefined;

  constructor(private readonly lifetime: AbortSignal) {}

  /** Returns the stores of a subject, which `make` makes unless it was the last one. */
  of(subject: string, make: (signal: AbortSignal) => Stores): Stores {
    if (this.#known?.subject !== subject) {
      this.#known?.life.abort();
      const life = new AbortController();
      this.#known = { subject, life, stores: make(AbortSignal.any([this.lifetime, life.signal])) };
    }
    return this.#known.stores;
  }
}
