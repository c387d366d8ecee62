// Builds what the wheel ships: one bundle for every widget, its styles, and the small loader that finds it.
import { build, context } from "esbuild";

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
  legalComments: "none",
  logLevel: "info",
};

if (process.argv.includes("--watch")) {
  const watching = await context(options);
  await watching.watch();
} else {
  await build(options);
}
