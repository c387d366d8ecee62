/** Binary columns of a reply as typed arrays; copied, because a view may start at an unaligned offset. */
export function bytes(view: DataView | undefined): ArrayBuffer {
  if (view === undefined) return new ArrayBuffer(0);
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
}
