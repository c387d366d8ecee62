// Each widget on a page of its own, with made-up neurons: `node dev/serve.mjs [port]`, then open the address it prints.
// / is the gallery, /concept_map the map, /audit_table the audit; what follows the question mark says which state to show.
// ?n=1280 &theme=light|dark|none &query=bird &slow=800 &state=error|card_error|busy|gone|weak|hostile|long|empty|no_layers|name_error|missing|no_model|no_concepts &vocabulary
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { context } from "esbuild";

const port = Number(process.argv[2] ?? 8123);
const photos = join(import.meta.dirname, "../../notebooks/photos");
const out = join(import.meta.dirname, "../../build/dev");
const pages = {
  "/": ["index.html", "text/html"],
  "/concept_map": ["concept_map.html", "text/html"],
  "/audit_table": ["audit_table.html", "text/html"],
  "/jupyter_themes.css": ["jupyter_themes.css", "text/css"],
};

const building = await context({
  entryPoints: ["main.ts", "concept_map.ts", "audit_table.ts"].map((name) => join(import.meta.dirname, name)),
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  sourcemap: "inline",
  minify: process.argv.includes("--minify"),
});
await building.rebuild();
await building.watch();

function send(response, path, type) {
  if (!existsSync(path)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
  createReadStream(path).pipe(response);
}

createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const page = pages[pathname];
  if (page !== undefined) return send(response, join(import.meta.dirname, page[0]), page[1]);
  if (pathname === "/axe.js")
    return response.end(readFileSync(join(import.meta.dirname, "../node_modules/axe-core/axe.min.js")));
  if (pathname === "/photos.csv") return send(response, join(photos, "labels.csv"), "text/csv");
  if (pathname.startsWith("/photos/"))
    return send(response, join(photos, "img", basename(pathname)), "image/webp");
  return send(
    response,
    join(out, basename(pathname)),
    pathname.endsWith(".css") ? "text/css" : "text/javascript",
  );
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
