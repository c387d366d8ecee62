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
