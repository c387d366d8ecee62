/** Values that the bundle lends to its parts. This is how it looks to type checkers; `lending.mjs` writes the real one. */
export const KEY = Symbol.for("semanticlens_widgets");
export const SHARED: readonly unknown[] = [];
