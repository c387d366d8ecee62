/** Image files accepted as a query. */
import { MAX_IMAGE_BYTES } from "../../generated/constants";

const MEGABYTE = 2 ** 20;

/** Explains why a file is not accepted; null for an image. */
export function whyNotAnImage(file: Blob): string | null {
  if (!file.type.startsWith("image/")) {
    return `drop an image file (PNG, JPEG, WebP), not ${file.type === "" ? "a file of unknown kind" : file.type}`;
  }
  if (file.size <= MAX_IMAGE_BYTES) return null;
  const limit = `the limit is ${MAX_IMAGE_BYTES / MEGABYTE} MB`;
  return `it has ${(file.size / MEGABYTE).toFixed(1)} MB and ${limit}; make it smaller first`;
}
