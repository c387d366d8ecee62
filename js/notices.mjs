// Licence notices of what a bundle contains: this package and every package of node_modules in it.
import { readFile, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";

const BUNDLE = "src/index.ts";
const PAGE = "src/page/index.ts";

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
        const licences = await notice(root, inputs);
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

async function notice(root, inputs) {
  const texts = [await ownNotice(root, inputs)];
  for (const name of packagesOf(inputs)) {
    const folder = join(root, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    texts.push(`${name} ${version} (${license})\n\n${await readFile(join(folder, "LICENSE"), "utf8")}`);
  }
  const all = texts.filter((text) => text !== "").map((text) => text.trim());
  return all.length === 0 ? "" : `/*!\n${all.join("\n\n---\n\n")}\n*/\n`;
}

/** Our licence: its text on a page, its name in the bundle, beside which the wheel has the text. */
async function ownNotice(root, inputs) {
  if (!(BUNDLE in inputs)) return "";
  const licence = await readFile(join(root, "../LICENSE"), "utf8");
  const named = `${licence.match(/^Copyright.*/m)?.[0]}\nSPDX-License-Identifier: BSD-3-Clause`;
  return `semanticlens_widgets\n\n${PAGE in inputs ? licence : named}`;
}
