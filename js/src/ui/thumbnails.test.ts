import { expect, test } from "vitest";
import { PictureStore, unpack } from "./thumbnails";

interface Setup {
  capacity?: number;
  load?: (rows: number[]) => Promise<(Blob | null)[]>;
}

/** A store whose frames pass when the test says so, and whose pictures are the text of their files. */
function setup({ capacity = 100, load }: Setup = {}) {
  const asked: number[][] = [];
  const released: string[] = [];
  const failures: unknown[] = [];
  let frame: (() => void) | undefined;
  const store = new PictureStore<string>({
    load: (rows) => {
      asked.push(rows);
      return load?.(rows) ?? Promise.resolve(rows.map((row) => new Blob([`picture ${row}`])));
    },
    decode: (file) => file.text(),
    release: (picture) => released.push(picture),
    capacity,
    onFailure: (error) => failures.push(error),
    schedule: (callback) => {
      frame = callback;
    },
  });
  const passFrame = async () => {
    frame?.();
    frame = undefined;
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { store, asked, released, failures, passFrame };
}

test("what is wanted within one frame goes out in one request, each row once", async () => {
  const { store, asked, passFrame } = setup();
  let arrivals = 0;
  store.want([3, 1], () => arrivals++);
  store.want([1, 2], () => arrivals++);
  await passFrame();
  expect(asked).toEqual([[3, 1, 2]]);
  expect([1, 2, 3].map((row) => store.get(row))).toEqual(["picture 1", "picture 2", "picture 3"]);
  expect(arrivals).toBe(4);
});

test("a wish that was taken back before the frame is never asked for", async () => {
  const { store, asked, passFrame } = setup();
  store.want([1, 2], () => {})();
  store.want([2], () => {});
  await passFrame();
  expect(asked).toEqual([[2]]);
});

test("a picture that is here is not asked for again", async () => {
  const { store, asked, passFrame } = setup();
  store.want([1], () => {});
  await passFrame();
  store.want([1], () => {});
  await passFrame();
  expect(asked).toEqual([[1]]);
});

test("a missing or unreadable file is a known absence and takes no other with it", async () => {
  const { store, passFrame } = setup({ load: async () => [null, new Blob(["fine"])] });
  store.want([1, 2], () => {});
  await passFrame();
  expect([store.get(1), store.get(2), store.get(3)]).toEqual([null, "fine", undefined]);
});

test("a failed request is told once and can be asked again", async () => {
  let broken = true;
  const load = async (rows: number[]) => {
    if (broken) throw new Error("no kernel");
    return rows.map(() => new Blob(["here"]));
  };
  const { store, asked, failures, passFrame } = setup({ load });
  store.want([1], () => {});
  await passFrame();
  await passFrame();
  expect([asked.length, failures.length]).toEqual([1, 1]);
  broken = false;
  store.want([1], () => {});
  await passFrame();
  expect(store.get(1)).toBe("here");
});

test("no more than two requests are under way, and the rest follow", async () => {
  const answers: (() => void)[] = [];
  const load = (rows: number[]) =>
    new Promise<(Blob | null)[]>((resolve) => answers.push(() => resolve(rows.map(() => null))));
  const { store, asked, passFrame } = setup({ load });
  store.want(
    Array.from({ length: 500 }, (_, row) => row),
    () => {},
  );
  await passFrame();
  expect(asked.map((rows) => rows.length)).toEqual([192, 192]);
  answers[0]?.();
  await passFrame();
  await passFrame();
  expect(asked.map((rows) => rows.length)).toEqual([192, 192, 116]);
});

test("pictures beyond the capacity are released, and all of them when the store closes", async () => {
  const { store, released, passFrame } = setup({ capacity: 2 });
  store.want([1, 2, 3], () => {});
  await passFrame();
  expect(released).toEqual(["picture 1"]);
  store.close();
  expect(released).toEqual(["picture 1", "picture 2", "picture 3"]);
});

test("one buffer is cut into files, from wherever it begins in its message", async () => {
  const message = new TextEncoder().encode("??onethree");
  const files = unpack(new DataView(message.buffer, 2), [0, 3, 3, 8]);
  expect(files[1]).toBeNull();
  expect(await Promise.all([files[0], files[2]].map((file) => file?.text()))).toEqual(["one", "three"]);
  expect(files[0]?.type).toBe("image/webp");
});
