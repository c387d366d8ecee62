/** Hands a file to the browser's downloads. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun when the next task runs; a minute is for browsers that ask first.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
