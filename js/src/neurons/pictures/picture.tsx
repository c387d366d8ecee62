/** Picture as an <img>, from a store of addresses. */
import { useEffect, useState } from "preact/hooks";
import type { MaybePicture, PictureStore } from "./thumbnails";

interface PictureProps {
  pictures: PictureStore<string>;
  row: number;
  alt: string;
}

export function Picture({ pictures, row, alt }: PictureProps) {
  const [url, setUrl] = useState<MaybePicture<string>>(() => pictures.get(row));
  useEffect(() => {
    const show = () => setUrl(pictures.get(row));
    show();
    return pictures.want([row], show);
  }, [pictures, row]);
  if (url === null) return <span class="slw-nothing">no picture</span>;
  if (url === undefined) return <span class="slw-picture slw-skeleton" />;
  return <img class="slw-picture" src={url} alt={alt} draggable={false} />;
}
