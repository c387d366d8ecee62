// `npm run dev [port]`: every widget from a kept page, rebuilt and reloaded as the code changes (see page.ts).
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { context } from "esbuild";

const root = join(import.meta.dirname, "../..");
const out = join(root, "build/dev");
const python = process.env.PYTHON ?? join(root, ".venv/bin/python");

if (!existsSync(join(out, "explorer.kept")) || process.argv.includes("--fresh"))
  execFileSync(python, ["-m", "tests.browser.kept_pages", out], { cwd: root, stdio: "inherit" });

const building = await context({
  entryPoints: ["page.ts", "index.html", "jupyter_themes.css"].map((name) => join(import.meta.dirname, name)),
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  sourcemap: "inline",
  loader: { ".html": "copy" },
});
await building.watch();
const port = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 8123);
await building.serve({ servedir: out, host: "127.0.0.1", port });
console.log(`http://127.0.0.1:${port}/`);
