import { expect, test } from "vitest";
import { FakeModel } from "../../tests/fake_model";
import { Link, type LinkedTraits, linkedState, type Neuron, Pointing } from "./link";

type Traits = LinkedTraits & { sort: string };

const TRAITS: Traits = {
  layer: "bn2",
  linked: ["class", "hover", "layer", "query", "sample", "selection"],
  query: "",
  query_image: "",
  selection: [],
  sort: "alignment",
};

function linked(link: Link, changes: Partial<Traits> = {}, canShow?: (layer: string) => boolean) {
  const model = new FakeModel<Traits>({ ...TRAITS, ...changes });
  const life = new AbortController();
  return { model, life, state: linkedState<Traits>(model, link, life.signal, canShow) };
}

test("what one view sets, the others are set to; opening sets nothing", () => {
  const link = new Link();
  const a = linked(link, { query: "fish" });
  const b = linked(link, { query: "bird" });
  expect([a.model.get("query"), b.model.get("query")]).toEqual(["fish", "bird"]);
  a.state.set("query", "frog");
  a.state.set("selection", ["bn2:1"]);
  a.state.set("sort", "clarity");
  expect(b.model.get("query")).toBe("frog");
  expect(b.model.get("selection")).toEqual(["bn2:1"]);
  expect(b.model.get("sort")).toBe("alignment");
});

test("a class goes along with what is required of it, and passes by a view that knows of none", () => {
  const link = new Link();
  const requirements = [{ class_name: "ox", valid: ["horns"], spurious: [] }];
  const table = linked(link, { class_name: "", requirements, threshold: 3 });
  const map = linked(link, { class_name: "", requirements: [], threshold: 2.75 });
  const gallery = linked(link);
  table.state.set("class_name", "ox");
  const known = (["class_name", "requirements", "threshold"] as const).map((name) => map.model.get(name));
  expect(known).toEqual(["ox", requirements, 3]);
  expect(gallery.model.get("class_name")).toBeUndefined();
});

test("a view takes part in what it names, in both directions", () => {
  const link = new Link();
  const apart = linked(link, { linked: ["query"] });
  const other = linked(link);
  apart.state.set("layer", "blocks.6.0.bn3");
  expect(other.model.get("layer")).toBe("bn2");
  other.state.set("layer", "blocks.6.0.bn3");
  other.state.set("query", "frog");
  expect(apart.model.get("query")).toBe("frog");
  expect(linked(link, { linked: [] }).model.get("query")).toBe("");
});

test("a layer that a view cannot show, and a view that is gone, are left as they are", () => {
  const link = new Link();
  const map = linked(link);
  const gallery = linked(link, {}, (layer) => layer !== "");
  map.state.set("layer", "");
  expect(gallery.model.get("layer")).toBe("bn2");
  gallery.life.abort();
  map.state.set("query", "frog");
  expect(gallery.model.get("query")).toBe("");
});

test("what is pointed at in one view shows in the others alone, until that view takes it back", () => {
  const link = new Link();
  const [a, b] = [new Pointing(link), new Pointing(link)];
  a.hover({ layer: "bn2", component: 3 });
  expect([a.hovered.value, b.hovered.value]).toEqual([null, { layer: "bn2", component: 3 }]);
  b.hover({ layer: "bn2", component: 4 });
  a.hover(null);
  expect(a.hovered.value).toEqual({ layer: "bn2", component: 4 });
  b.hover(null);
  expect(a.hovered.value).toBeNull();
  expect(new Pointing().hovered.value).toBeNull();
});

test("a view may show another neuron of its own for one that a linked view points at, or none", () => {
  const link = new Link();
  const a = new Pointing(link);
  const partner = ({ component }: Neuron) => (component === 3 ? { layer: "fc", component: 1 } : null);
  const b = new Pointing(link, partner);
  a.hover({ layer: "bn2", component: 3 });
  a.visit({ layer: "bn2", component: 4 });
  expect([b.hovered.value, b.visited.value]).toEqual([{ layer: "fc", component: 1 }, null]);
});
