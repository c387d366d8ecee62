/** Downloads a file. */
export function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download starts in the next task; a minute allows for browsers that ask first.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
