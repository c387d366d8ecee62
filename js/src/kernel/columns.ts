/** Binary parts of a reply: columns of numbers, and files. */

/** Copies a column's bytes, because a view may start at an offset that typed arrays refuse. */
export function bytes(view: DataView | undefined): ArrayBuffer {
  if (view === undefined) return new ArrayBuffer(0);
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
}

/** Splits a reply's one buffer into files. */
export function unpack(
  buffer: DataView | undefined,
  offsets: number[],
  type = "image/webp",
): (Blob | null)[] {
  if (buffer === undefined) return [];
  return offsets.slice(1).map((end, place) => {
    const start = offsets[place] ?? end;
    if (end <= start) return null;
    return new Blob([new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset + start, end - start)], {
      type,
    });
  });
}
