/** Puts a gallery with made-up neurons on the page; the address says which state to show. */
import { showGallery } from "../src/neuron_gallery/view";
import { FakeModel, traits } from "../tests/fake_model";
import { FakeKernel } from "./fake_kernel";
import { listPhotos } from "./fake_photos";

const asked = new URLSearchParams(location.search);
const state = asked.get("state") ?? "";
const n = Number(asked.get("n") ?? 1280);
const theme = asked.get("theme") ?? "light";
if (theme !== "none") document.body.dataset.jpThemeLight = String(theme === "light");

const kernel = new FakeKernel(await listPhotos(), {
  n: state === "empty" ? 0 : n,
  slow: Number(asked.get("slow") ?? 8),
  state,
});
const changes = {
  ...(state === "no_layers" ? { layer: "", layers: [] } : {}),
  ...(asked.has("vocabulary") ? { vocabulary_info: { key: "v", name: "general", n_texts: 3712 } } : {}),
};
const model = new FakeModel(
  traits({ query: asked.get("query") ?? "", height: Number(asked.get("height") ?? 640), ...changes }),
);
const el = document.getElementById("view");
const life = new AbortController();
if (el === null) throw new Error("the page has no #view");
const shadow = asked.has("shadow") ? el.attachShadow({ mode: "open" }) : null;
const gallery = showGallery({ el: el, kernel, model, signal: life.signal });
if (shadow !== null) shadow.append(...el.childNodes);
if (state === "busy" || state === "gone") kernel.become(state);
Object.assign(globalThis, { kernel, model, gallery, life });
