/** Image files accepted as a query. */
const MAX_BYTES = 10_000_000;

/** Explains why a file is not accepted; null for an image. */
export function whyNotAnImage(file: Blob): string | null {
  if (!file.type.startsWith("image/")) {
    return `drop an image file (PNG, JPEG, WebP), not ${file.type === "" ? "a file of unknown kind" : file.type}`;
  }
  if (file.size <= MAX_BYTES) return null;
  return `it has ${(file.size / 1e6).toFixed(1)} MB and the limit is 10 MB; make it smaller first`;
}
