/** The photos of the checkout, or coloured shapes where there are none. */

export interface Photo {
  file: string;
  label: string;
  category: string;
}

export async function listPhotos(): Promise<Photo[]> {
  const reply = await fetch("/photos.csv");
  if (!reply.ok) return Array.from({ length: 200 }, (_, i) => drawnPhoto(i));
  const lines = (await reply.text()).trim().split("\n").slice(1);
  return lines.map((line) => {
    const [file = "", label = "", category = ""] = line.split(",");
    return { file, label, category };
  });
}

function drawnPhoto(i: number): Photo {
  const label = ["bird", "wheel", "flower", "car", "frog", "tower"][i % 6] ?? "bird";
  return { file: "", label, category: label };
}

const encoded = new Map<string, Promise<Uint8Array>>();

/** The photo as a WebP file of `size` pixels. */
export function photoFile(photo: Photo, row: number, size: number): Promise<Uint8Array> {
  const key = `${row} ${size}`;
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const fresh = encode(photo, row, size);
  encoded.set(key, fresh);
  return fresh;
}

async function encode(photo: Photo, row: number, size: number): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("no canvas");
  if (photo.file === "") drawShape(context, row, size);
  else {
    const path = `/photos/${photo.file.replace("img/", "")}`;
    const picture = await createImageBitmap(await (await fetch(path)).blob());
    context.drawImage(picture, 0, 0, size, size);
  }
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.75 });
  return new Uint8Array(await blob.arrayBuffer());
}

function drawShape(context: OffscreenCanvasRenderingContext2D, row: number, size: number): void {
  context.fillStyle = `hsl(${(row * 47) % 360} 50% 85%)`;
  context.fillRect(0, 0, size, size);
  context.fillStyle = `hsl(${(row * 47 + 180) % 360} 60% 45%)`;
  context.beginPath();
  context.arc(size / 2, size / 2, size / (3 + (row % 4)), 0, 7);
  context.fill();
}
