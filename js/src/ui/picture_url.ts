import { useEffect, useState } from "preact/hooks";

/** Returns an object URL for a picture in memory, revoked when the picture changes or the element unmounts. */
export function usePictureUrl(picture: Blob | null): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (picture === null) return setUrl(null);
    const address = URL.createObjectURL(picture);
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [picture]);
  return url;
}
