/** Puts an audit table with made-up neurons on the page; the address says which state to show. */

import type { AuditTraits } from "../src/audit_table/state/protocol";
import { showAuditTable } from "../src/audit_table/view";
import type { RequirementInfo } from "../src/generated/traits";
import { FakeModel } from "../tests/fake_model";
import { FakeAuditKernel } from "./fake_audit_kernel";
import { listPhotos } from "./fake_photos";

const asked = new URLSearchParams(location.search);
const state = asked.get("state") ?? "";
const n = Number(asked.get("n") ?? 1280);
const theme = asked.get("theme") ?? "light";
if (theme !== "none") document.body.dataset.jpThemeLight = String(theme === "light");

const photos = await listPhotos();
const layers = [
  { name: "bn2", n_components: n },
  { name: "blocks.6.0.bn3", n_components: 320 },
];
const requirements: RequirementInfo[] = [
  { class_name: photos[70]?.label ?? "cow", valid: ["mammal", "horns"], spurious: ["bird", "palm tree"] },
  { class_name: photos[60]?.label ?? "orca", valid: ["mammal"], spurious: [] },
  { class_name: null, valid: [], spurious: ["text"] },
];

function traits(): AuditTraits {
  const none = state === "no_layers";
  return {
    ablated: [],
    attributed: 0,
    caveat: "ImageNet object categories; blind to colour, texture, material, people and scenes",
    class_name: asked.get("class") ?? "",
    examples_as: "frame",
    examples_choices: ["frame"],
    foundation_model: "ConSE (EfficientNet-Lite2, all-MiniLM-L6-v2)",
    height: Number(asked.get("height") ?? 640),
    layer: none ? "" : "bn2",
    layers: none ? [] : layers,
    linked: [],
    max_spurious: 0.1,
    query: "",
    query_image: "",
    requirements: state === "no_concepts" ? [] : requirements,
    revision: 0,
    selection: [],
    threshold: 2.75,
    vocabulary_info: asked.has("vocabulary") ? { key: "v", name: "general", n_texts: 3712 } : null,
  };
}

const el = document.getElementById("view");
if (el === null) throw new Error("the page has no #view");
const life = new AbortController();
const kernel = new FakeAuditKernel(photos, { n, slow: Number(asked.get("slow") ?? 8), state });
const model = new FakeModel(traits());
const table = showAuditTable({ el, kernel, model, signal: life.signal });
if (state === "busy" || state === "gone") setTimeout(() => kernel.become(state), 300);
Object.assign(globalThis, { kernel, model, table, life });
