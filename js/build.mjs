// Builds what the wheel ships: the bundle, its part that is loaded on demand, styles, and the loader that finds it.
import { build, context } from "esbuild";
import { lent } from "./lent.mjs";
import { notices } from "./notices.mjs";

const out = new URL("../semanticlens_widgets/widgets/static/", import.meta.url).pathname;

const options = {
  entryPoints: { bundle: "src/index.ts", loader: "src/loader.ts" },
  absWorkingDir: import.meta.dirname,
  outdir: out,
  bundle: true,
  minify: !process.argv.includes("--watch"),
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "inline",
  plugins: [notices],
  logLevel: "info",
};

// A page that stands alone takes its styles from the bundle's file.
const page = { ...options, entryPoints: { page: "src/page/index.ts" }, loader: { ".css": "empty" } };

const results = {
  ...options,
  entryPoints: { results: "src/results.ts" },
  plugins: [lent, notices],
};

if (process.argv.includes("--watch")) {
  for (const each of [options, page, results]) await (await context(each)).watch();
} else {
  for (const each of [options, page, results]) await build(each);
}
