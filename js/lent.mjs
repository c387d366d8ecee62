// Modules that a part loaded on demand takes from the bundle, as `src/shared.ts` lists them, and doesn't contain.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const src = join(import.meta.dirname, "src");
const lines = readFileSync(join(src, "shared.ts"), "utf8").matchAll(/^ {2}"?([\w/@-]+)"?: \{ (.*) \},$/gm);
const names = new Map([...lines].map(([, module, list]) => [module, list]));

/** Puts a look-up in the place of each module; a name that isn't lent fails the build. */
export const lent = {
  name: "lent",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      const module = path.startsWith(".") ? relative(src, join(dirname(importer), path)) : path;
      return names.has(module) ? { path: module, namespace: "lent" } : undefined;
    });
    build.onLoad({ filter: /./, namespace: "lent" }, ({ path }) => ({
      contents: `export const { ${names.get(path)} } =
        globalThis[Symbol.for("semanticlens_widgets.shared")][${JSON.stringify(path)}];`,
    }));
  },
};
