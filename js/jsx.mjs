// JSX as calls of `createElement`: its arguments take fewer bytes than the objects that preact's JSX runtime takes.
import { readFile } from "node:fs/promises";

const HOW = "/** @jsxRuntime classic @jsx createElement @jsxFrag Fragment */";
const IMPORT = 'import { createElement, Fragment } from "preact";';

/** Returns the text of a module, with what its JSX needs in front of its first line. */
export async function sourceOf(path) {
  const text = await readFile(path, "utf8");
  return path.endsWith(".tsx") ? `${HOW} ${IMPORT} ${text}` : text;
}

export const jsx = {
  name: "jsx",
  setup(build) {
    build.onLoad({ filter: /\.tsx$/, namespace: "file" }, async ({ path }) => ({
      contents: await sourceOf(path),
      loader: "tsx",
      watchFiles: [path],
    }));
  },
};
