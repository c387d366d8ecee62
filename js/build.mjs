// Builds what the wheel ships: the bundle, its parts that are loaded on demand, pages, styles, and the loader.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { build, context } from "esbuild";
import { jsx } from "./jsx.mjs";
import { checkApart, lending } from "./lending.mjs";
import { notices } from "./notices.mjs";
import { shrink } from "./shrink.mjs";

const watched = process.argv.includes("--watch");
const BUNDLE = "src/index.ts";
const PARTS = readdirSync(join(import.meta.dirname, "src/parts")).map((name) => `src/parts/${name}`);

const options = {
  absWorkingDir: import.meta.dirname,
  outdir: new URL("../semanticlens_widgets/widgets/static/", import.meta.url).pathname,
  bundle: true,
  minify: !watched,
  format: "esm",
  target: "es2022",
  legalComments: "inline",
  plugins: [jsx],
};

async function buildAll() {
  const { lender, borrowerFor } = await lending(options, BUNDLE, PARTS);
  const make = (own) => build({ ...options, logLevel: "info", ...own });
  const entryPoints = { bundle: BUNDLE, loader: "src/loader.ts" };
  const built = [await make({ entryPoints, plugins: [jsx, lender, shrink, notices] })];
  // A part is a script, so that a page can have it below its own.
  for (const part of PARTS)
    built.push(
      await make({ entryPoints: [part], format: "iife", plugins: [jsx, borrowerFor(part), shrink, notices] }),
    );
  checkApart(built);
  // A page takes its styles from the files of the bundle and its part.
  const page = { entryPoints: { page: "src/page/index.ts" }, loader: { ".css": "empty" } };
  await make({ ...page, plugins: [jsx, lender, shrink, notices] });
}

if (watched) {
  const again = { name: "again", setup: (each) => each.onEnd(() => buildAll().catch(() => undefined)) };
  const all = { ...options, entryPoints: [BUNDLE, "src/loader.ts", "src/page/index.ts", ...PARTS] };
  await (await context({ ...all, write: false, logLevel: "silent", plugins: [jsx, again] })).watch();
} else {
  await buildAll();
}
