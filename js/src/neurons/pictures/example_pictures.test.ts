import { expect, test } from "vitest";
import { PatientKernel } from "../../../tests/patient_kernel";
import { Failures } from "../../ui/state/failures";
import { viewPictures } from "./example_pictures";

function setup() {
  const kernel = new PatientKernel();
  const life = new AbortController();
  const failures = new Failures(life.signal);
  const frames = viewPictures(kernel, life.signal, failures);
  const pictures = frames.examples();
  return { kernel, frames, pictures, failures };
}

async function asked(kernel: PatientKernel, kind: string, n: number) {
  await expect.poll(() => kernel.of(kind).length).toBe(n);
  return kernel.of(kind);
}

test("whole images are those of the samples, by their rows", () => {
  const { frames, pictures } = setup();
  const shown = pictures.shown("frame", "bn2");
  expect(shown.thumbnails).toBe(frames.thumbnails);
  expect(shown.key(7, 3, 42)).toBe(42);
});

test("the pictures of a layer stay for as long as it is shown, and are others for another layer", () => {
  const { pictures } = setup();
  const shown = pictures.shown("crop", "bn2");
  expect(pictures.shown("crop", "bn2")).toBe(shown);
  expect(pictures.shown("crop", "bn1")).not.toBe(shown);
});

test("heat maps are asked for a card at a time", async () => {
  const { kernel, pictures } = setup();
  const { thumbnails, key } = pictures.shown("heatmap", "bn2");
  const keys = [5, 6].flatMap((component) => [...Array(9).keys()].map((rank) => key(component, rank, 0)));
  thumbnails.want(keys, () => {});
  const requests = await asked(kernel, "example_heatmaps", 2);
  const components = requests.map(({ params }) =>
    (params.examples as [number, number][]).map(([component]) => component),
  );
  expect(components.map((of) => new Set(of))).toEqual([new Set([5]), new Set([6])]);
});

test("what is still computed is given up when something else is shown, and nobody is told of a failure", async () => {
  const { kernel, pictures, failures } = setup();
  const { thumbnails, key } = pictures.shown("heatmap", "bn2");
  thumbnails.want([key(0, 0, 0)], () => {});
  const [request] = await asked(kernel, "example_heatmaps", 1);
  request?.options.signal?.addEventListener("abort", () => request.fail(new DOMException("", "AbortError")));
  expect(request?.options.signal?.aborted).toBe(false);
  pictures.shown("frame", "bn2");
  expect(request?.options.signal?.aborted).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(failures.current.value).toBeNull();
});
