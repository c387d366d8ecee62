// Licence notices of what a bundle contains: this package and every package of node_modules in it.
import { readFile, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";

// Files with this have our own licence too; the loader and the parts come with one that has it.
const MAIN = "src/index.ts";

/** Puts the licences of the contained packages in front of every script that was built. */
export const notices = {
  name: "notices",
  setup(build) {
    const root = build.initialOptions.absWorkingDir;
    build.initialOptions.metafile = true;
    build.onEnd(async ({ metafile }) => {
      for (const [file, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
        if (!file.endsWith(".js")) continue;
        const path = join(root, file);
        const licences = await notice(root, packagesOf(inputs), MAIN in inputs);
        await writeFile(path, `${licences}${await readFile(path, "utf8")}`);
      }
    });
  },
};

/** Names of the packages that files belong to: "preact" of "node_modules/preact/dist/preact.mjs". */
function packagesOf(inputs) {
  const contained = Object.keys(inputs).filter((path) => !path.startsWith("lent:"));
  const names = contained.flatMap((path) => {
    const [, own] = path.replaceAll(sep, "/").split(/.*node_modules\//);
    return own === undefined ? [] : [own.split("/", own.startsWith("@") ? 2 : 1).join("/")];
  });
  return [...new Set(names)].sort();
}

async function notice(root, packages, isMain) {
  const own = isMain ? [`semanticlens_widgets\n\n${await readFile(join(root, "../LICENSE"), "utf8")}`] : [];
  const others = packages.map(async (name) => {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${await readFile(join(folder, "LICENSE"), "utf8")}`;
  });
  const texts = [...own, ...(await Promise.all(others))];
  if (texts.length === 0) return "";
  return `/*!\n${texts.map((text) => text.trim()).join("\n\n---\n\n")}\n*/\n`;
}
