// Modules that the bundle and its parts have in common: the bundle contains them, and lends parts what they import.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { build, transform } from "esbuild";
import { sourceOf } from "./jsx.mjs";

/**
 * Returns the plugin of the bundle, and a function from a part's entry to the plugin of that part.
 *
 * A part borrows every module that the bundle contains, or that another part imports as well.
 */
export async function lending(options, bundle, parts) {
  const root = options.absWorkingDir;
  const [held, ...own] = await Promise.all([bundle, ...parts].map((entry) => inputsOf(options, entry)));
  const imported = own.flatMap((inputs) => [...inputs.keys()]);
  const lent = new Set(imported.filter((file, at) => held.has(file) || imported.indexOf(file) < at));
  const borrowed = await Promise.all(own.map((inputs) => namesFrom(root, inputs, lent)));
  const values = [...new Set(borrowed.flat())].sort();
  const key = `semanticlens_widgets ${await digest(root, [...held.keys(), ...imported])}`;
  return {
    lender: lender(root, key, values),
    borrowerFor: (part) => borrower(root, key, values, lent, borrowed[parts.indexOf(part)]),
  };
}

/** Throws an error for a module that two files contain: its state would be there twice, and its bytes. */
export function checkApart(built) {
  const homes = new Map();
  for (const [home, { inputs }] of built.flatMap(({ metafile }) => Object.entries(metafile.outputs)))
    for (const [module, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput === 0 || module.startsWith("lent:")) continue;
      if (homes.has(module)) throw new Error(`${module} is in ${homes.get(module)} and in ${home}`);
      homes.set(module, home);
    }
}

/** Returns the modules that an entry's output contains, each with what it imports. */
async function inputsOf(options, entry) {
  const { metafile } = await build({
    ...options,
    entryPoints: [entry],
    write: false,
    metafile: true,
  });
  const contained = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const files = contained.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  return new Map(files.map((file) => [file, metafile.inputs[file].imports]));
}

/** Returns what a part's own modules import from lent ones, each as "file name". */
async function namesFrom(root, inputs, lent) {
  const own = [...inputs].filter(([file]) => !lent.has(file) && /\.tsx?$/.test(file));
  const found = own.map(async ([file, imports]) => {
    // Types are gone after this, and every import is written in one way.
    const source = await sourceOf(join(root, file));
    const { code } = await transform(source, { loader: extname(file).slice(1) });
    return [...code.matchAll(/^import \{([^}]*)\} from "(.*)";$/gm)].flatMap(([, names, from]) => {
      const { path } = imports.find(({ original, path }) => (original ?? path) === from);
      const wanted = lent.has(path) ? names.split(",") : [];
      return wanted.map((name) => `${path} ${name.trim().split(" as ")[0]}`);
    });
  });
  return (await Promise.all(found)).flat();
}

async function digest(root, files) {
  const hash = createHash("sha256");
  for (const file of [...new Set(files)].sort()) hash.update(await readFile(join(root, file)));
  return hash.digest("hex").slice(0, 12);
}

/** Plugin that fills `src/shared.ts`. */
function lender(root, key, values) {
  const imports = values.map((value, at) => {
    const [file, name] = value.split(" ");
    return `import { ${name} as v${at} } from ${JSON.stringify(join(root, file))};`;
  });
  const list = values.map((_, at) => `v${at}`);
  const contents = [
    ...imports,
    `export const KEY = Symbol.for("${key}");`,
    `export const SHARED = [${list}];`,
  ].join("\n");
  return {
    name: "lender",
    setup(build) {
      build.onLoad({ filter: /[/\\]src[/\\]shared\.ts$/ }, () => ({ contents, resolveDir: root }));
    },
  };
}

/** Plugin that puts what is lent in the place of each lent module. */
function borrower(root, key, values, lent, names) {
  const taken = values.map((value, at) => (names.includes(value) ? `v${at}` : ""));
  const all = `export const [${taken}] = globalThis[Symbol.for("${key}")];`;
  const exportsOf = (file) => {
    const own = [...new Set(names)].filter((value) => value.startsWith(`${file} `));
    return own.map((value) => `v${values.indexOf(value)} as ${value.split(" ")[1]}`);
  };
  return {
    name: "borrower",
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, pluginData, ...rest }) => {
        if (pluginData === "resolving" || rest.kind === "entry-point") return undefined;
        if (path === "lent") return { path, namespace: "lent" };
        const found = await build.resolve(path, { ...rest, pluginData: "resolving" });
        const file = relative(root, found.path);
        return lent.has(file) ? { path: file, namespace: "lent" } : undefined;
      });
      build.onLoad({ filter: /./, namespace: "lent" }, ({ path }) => {
        if (path === "lent") return { contents: all };
        if (path.endsWith(".css")) return { contents: "", loader: "css" };
        return { contents: `export { ${exportsOf(path)} } from "lent";` };
      });
    },
  };
}
