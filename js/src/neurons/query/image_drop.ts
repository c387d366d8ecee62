import { useEffect, useState } from "preact/hooks";
import type { Query } from "./query";

/** Makes an image dropped on an element the query, if there is one; returns whether a file hovers over it. */
export function useImageDrop(element: { current: HTMLElement | null }, query: Query | undefined): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null || query === undefined) return;
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
      void query.useImage(file);
    };
    node.addEventListener("dragenter", hover, { signal });
    node.addEventListener("dragover", hover, { signal });
    node.addEventListener("dragleave", leave, { signal });
    node.addEventListener("drop", drop, { signal });
    return () => listening.abort();
  }, [element, query]);
  return over;
}
