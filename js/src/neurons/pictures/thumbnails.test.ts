import { expect, test } from "vitest";
import { unpack } from "../../kernel/columns";
import { PictureStore } from "./thumbnails";

interface Setup {
  capacity?: number;
  load?: (rows: number[], signal: AbortSignal) => Promise<(Blob | null)[]>;
  slow?: number;
}

/** A store whose frames pass when the test says so, and whose pictures are the text of their files. */
function setup({ capacity = 100, load, slow }: Setup = {}) {
  const asked: number[][] = [];
  const released: string[] = [];
  const failures: unknown[] = [];
  let frame: (() => void) | undefined;
  const store = new PictureStore<string>({
    ...(slow === undefined ? {} : { slow }),
    load: (rows, signal) => {
      asked.push(rows);
      return load?.(rows, signal) ?? Promise.resolve(rows.map((row) => new Blob([`picture ${row}`])));
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

/** Requests of two pictures that are answered by nobody, but end when they are given up. */
function slowSetup() {
  const signals: AbortSignal[] = [];
  const load = (_rows: number[], signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<(Blob | null)[]>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  return { ...setup({ load, slow: 2 }), given: () => signals.map(({ aborted }) => aborted) };
}

test("where pictures take long, a request that nobody waits for is given up and the latest goes out", async () => {
  const { store, asked, failures, passFrame, given } = slowSetup();
  const hovered = [1, 3, 5].map((row) => [row, row + 1]);
  let takeBack = () => {};
  for (const rows of hovered) {
    takeBack();
    takeBack = store.want(rows, () => {});
    await passFrame();
  }
  expect(asked).toEqual(hovered);
  expect(given()).toEqual([true, true, false]);
  expect(failures).toEqual([]);
});

test("a request one of whose pictures is still waited for goes on", async () => {
  const { store, passFrame, given } = slowSetup();
  store.want([2], () => {});
  const takeBack = store.want([1, 2], () => {});
  await passFrame();
  takeBack();
  await passFrame();
  expect(given()).toEqual([false]);
});

test("a wish that is taken back and made again in one frame is the same request", async () => {
  const { store, asked, passFrame, given } = slowSetup();
  const takeBack = store.want([1, 2], () => {});
  await passFrame();
  takeBack();
  store.want([1, 2], () => {});
  await passFrame();
  expect([asked, given()]).toEqual([[[1, 2]], [false]]);
});

test("what was given up can be wanted again", async () => {
  const { store, asked, passFrame, given } = slowSetup();
  const takeBack = store.want([1, 2], () => {});
  await passFrame();
  takeBack();
  await passFrame();
  store.want([2, 1], () => {});
  await passFrame();
  expect(asked).toEqual([
    [1, 2],
    [2, 1],
  ]);
  expect(given()).toEqual([true, false]);
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
