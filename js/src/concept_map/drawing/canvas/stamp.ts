/** Stamp of a point: a soft-edged disc as lists of pixels, one for each of 16 positions within a pixel. */
export interface Stamp {
  /** Offsets in the image from the pixel that holds the centre. */
  offsets: Int32Array;
  /** Coverage of the pixel, 0 to 256. */
  shares: Uint16Array;
  /** Start of each of the 16 lists, and the end of the last. */
  starts: Uint32Array;
}

/** Quarters of a pixel, across and down. */
const PARTS = 4;

/** Makes a disc of a diameter and opacity, or a ring of the width `hollow`, for an image with `stride` pixels in a row. */
export function stamp(diameter: number, opacity: number, stride: number, hollow = 0): Stamp {
  const offsets: number[] = [];
  const shares: number[] = [];
  const starts = [0];
  const reach = Math.ceil(diameter / 2 + 1);
  for (let part = 0; part < PARTS * PARTS; part++) {
    const x = ((part % PARTS) + 0.5) / PARTS;
    const y = (Math.floor(part / PARTS) + 0.5) / PARTS;
    for (let row = -reach; row <= reach; row++) {
      for (let column = -reach; column <= reach; column++) {
        const away = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const inner = hollow === 0 ? 0 : coverage(diameter - 2 * hollow, away);
        const share = Math.round(256 * opacity * (coverage(diameter, away) - inner));
        if (share < 3) continue;
        offsets.push(row * stride + column);
        shares.push(share);
      }
    }
    starts.push(offsets.length);
  }
  return {
    offsets: Int32Array.from(offsets),
    shares: Uint16Array.from(shares),
    starts: Uint32Array.from(starts),
  };
}

/** Estimates the coverage of a pixel at a distance from the disc's centre. */
function coverage(diameter: number, away: number): number {
  return Math.min(1, Math.max(0, diameter / 2 + 0.5 - away));
}
