/** Puts a concept map with made-up neurons on the page; the address says which state to show. */
import { FrameBudget } from "../src/concept_map/drawing/frame_budget";
import type { ConceptMapTraits, EncodingName } from "../src/concept_map/state/protocol";
import { showConceptMap } from "../src/concept_map/view";
import { FakeModel } from "../tests/fake_model";
import { FakeMapKernel } from "./fake_map_kernel";
import { listPhotos } from "./fake_photos";

const asked = new URLSearchParams(location.search);
const state = asked.get("state") ?? "";
const n = Number(asked.get("n") ?? 1280);
const theme = asked.get("theme") ?? "light";
if (theme !== "none") document.body.dataset.jpThemeLight = String(theme === "light");

const layers = [
  { name: "bn2", n_components: n },
  { name: "blocks.6.0.bn3", n_components: 320 },
];

function traits(): ConceptMapTraits {
  return {
    camera: [0.5, 0.5, 1],
    attributed: 0,
    caveat: "ImageNet object categories; blind to colour, texture, material, people and scenes",
    encoding: (asked.get("encoding") ?? "alignment") as EncodingName,
    class_name: "",
    requirements: [],
    threshold: 2.75,
    examples_as: "frame",
    examples_choices: ["frame"],
    foundation_model: "ConSE (EfficientNet-Lite2, all-MiniLM-L6-v2)",
    height: Number(asked.get("height") ?? 640),
    layer: state === "no_layers" ? "" : (asked.get("layer") ?? "bn2"),
    layers: state === "no_layers" ? [] : layers,
    linked: [],
    method: "umap",
    query: asked.get("query") ?? "",
    query_image: "",
    revision: 0,
    selection: [],
  };
}

const photos = await listPhotos();
const views = document.getElementById("views");
if (views === null) throw new Error("the page has no #views");
const renderer = asked.get("renderer");
if (renderer !== null) Object.assign(globalThis, { [Symbol.for("semanticlens_widgets.renderer")]: renderer });
if (asked.has("full")) FrameBudget.prototype.take = (points) => points;
const life = new AbortController();
const began = performance.now();
const maps = Array.from({ length: Number(asked.get("views") ?? 1) }, () => {
  const el = document.createElement("div");
  el.className = "view";
  views.append(el);
  const kernel = new FakeMapKernel(photos, {
    n,
    slow: Number(asked.get("slow") ?? 8),
    state,
    layers,
    umapAfter: Number(asked.get("umap") ?? 0),
  });
  const model = new FakeModel(traits());
  const map = showConceptMap({ el, kernel, model, signal: life.signal });
  if (state === "busy" || state === "gone") setTimeout(() => kernel.become(state), 300);
  return { kernel, model, map };
});
Object.assign(globalThis, { maps, life, began, ...maps[0] });
