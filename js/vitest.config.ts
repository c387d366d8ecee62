import { defineConfig } from "vitest/config";

export default defineConfig({
  // As the build compiles it: see jsx.mjs.
  oxc: {
    jsx: { runtime: "classic", pragma: "createElement", pragmaFrag: "Fragment" },
    jsxInject: 'import { createElement, Fragment } from "preact"',
  },
  test: {
    include: ["src/**/*.test.ts", "tests/*.test.ts"],
    environment: "happy-dom",
    // Every test ends what it started, so the modules and the page are loaded once a thread and not once a file.
    isolate: false,
    pool: "threads",
    // Ten times what the longest test takes: the limit ends tests that hang, also on a busy machine.
    testTimeout: 30_000,
  },
});
