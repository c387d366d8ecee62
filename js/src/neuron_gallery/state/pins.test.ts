import { expect, test } from "vitest";
import { settled, world } from "../../../tests/gallery_world";

test("the reader's pins gather until the comparison is asked for, and there are four at most", async () => {
  const { gallery, model, kernel } = await world();
  for (const name of ["bn2:0", "bn2:1", "bn2:2", "bn2:3", "bn2:4"]) gallery.pins.toggle(name);
  expect(model.get("pinned")).toEqual(["bn2:0", "bn2:1", "bn2:2", "bn2:3"]);
  expect(gallery.pins.comparing.value).toBe(false);
  expect(kernel.of("compare")).toHaveLength(0);
  gallery.pins.toggle("bn2:1");
  gallery.pins.compare();
  expect(kernel.last("compare").params).toEqual({ names: ["bn2:0", "bn2:2", "bn2:3"] });
});

test("two neurons that a cell pins are compared at once, and one left is none to compare", async () => {
  const { gallery, model, kernel } = await world();
  model.set("pinned", ["bn2:1"]);
  expect(gallery.pins.comparing.value).toBe(false);
  model.set("pinned", ["bn2:1", "fc:0"]);
  expect(gallery.pins.comparing.value).toBe(true);
  kernel.last("compare").answer({ result: { neurons: [], cosines: [] }, buffers: [] });
  await settled();
  expect(gallery.pins.compared.value).toEqual({ neurons: [], cosines: [] });
  gallery.pins.toggle("fc:0");
  expect(gallery.pins.comparing.value).toBe(false);
});

test("a gallery that is made with pins opens with their comparison", async () => {
  const { gallery } = await world({ pinned: ["bn2:1", "bn2:2"] });
  expect(gallery.pins.comparing.value).toBe(true);
});
