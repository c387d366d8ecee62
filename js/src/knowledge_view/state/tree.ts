/** Tree of the words that a layer knows: areas, depth, and the words beside them that nothing answers to. */
import type { KnownWord } from "../../generated/protocol";
import type { KnowledgeViewTraits } from "../../generated/traits";

export type Area = KnowledgeViewTraits["area"];

export interface Node extends KnownWord {
  /** As in the table: "animal > bird > owl". */
  path: string;
  above: Node | null;
  children: Node[];
}

/** Makes the tree; its root has the path "". */
export function treeOf(words: readonly KnownWord[], root: Omit<KnownWord, "parent">): Node {
  const top: Node = { ...root, parent: -1, path: "", above: null, children: [] };
  const nodes: Node[] = [];
  for (const word of words) {
    const above = nodes[word.parent] ?? top;
    const path = above === top ? word.word : `${above.path} > ${word.word}`;
    const node = { ...word, path, above, children: [] };
    above.children.push(node);
    nodes.push(node);
  }
  return top;
}

/** Returns the node of a path, or the root. */
export function nodeAt(root: Node, path: string): Node {
  let found = root;
  for (const below of descendants(root)) if (below.path === path) found = below;
  return found;
}

function* descendants(node: Node): Iterable<Node> {
  for (const child of node.children) {
    yield child;
    yield* descendants(child);
  }
}

export function amount(node: Node, area: Area): number {
  return (area === "share" ? node.n : node.relevance) ?? 0;
}

/**
 * Returns what to draw inside a node, the largest first: its children, and the node itself as a word, where components
 * have it as their label. A child that holds nothing but one other is skipped: of "organism > animal" the animal.
 */
export function inside(node: Node, area: Area): Node[] {
  const children = node.children.map(skipped);
  if (node.own !== null) children.push({ ...node, ...node.own, own: null, holes: [], children: [] });
  return children
    .filter((child) => amount(child, area) > 0)
    .sort((a, b) => amount(b, area) - amount(a, area));
}

function skipped(node: Node): Node {
  const [only, ...others] = node.children;
  return only !== undefined && others.length === 0 && node.own === null ? skipped(only) : node;
}

/** Returns the categories around a node, the outermost first, without the skipped ones and the root. */
export function trail(node: Node): Node[] {
  const around: Node[] = [];
  for (let one: Node | null = node; one !== null && one.path !== ""; one = one.above)
    if (skipped(one) === one) around.unshift(one);
  return around;
}

/** Returns all words in and below a node that nothing answers to, in the order of the alphabet. */
export function holesIn(node: Node): string[] {
  const found = [...node.holes];
  for (const below of descendants(node)) found.push(...below.holes);
  return found.sort((a, b) => a.localeCompare(b));
}
