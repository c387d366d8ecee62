import { useEffect, useState } from "preact/hooks";

/** Receives files dropped on an element; returns whether one hovers over it. */
export function useImageDrop(
  element: { current: HTMLElement | null },
  onDrop: (file: File) => void,
): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    const listening = new AbortController();
    const { signal } = listening;
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      // Also keeps JupyterLab from handling the drop as an upload.
      event.preventDefault();
      event.stopPropagation();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node && node.contains(event.relatedTarget))) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      onDrop(file);
    };
    node.addEventListener("dragenter", hover, { signal });
    node.addEventListener("dragover", hover, { signal });
    node.addEventListener("dragleave", leave, { signal });
    node.addEventListener("drop", drop, { signal });
    return () => listening.abort();
  }, [element]);
  return over;
}
