/** Contents of a page of `to_html`; Python's side of it is `widgets/page/contents.py`. */
import { FULL_SCALE } from "../generated/constants";
import type {
  AuditResult,
  BeforeResult,
  Card,
  ChanceResult,
  ClassesResult,
  DetailResult,
  ExplainedRow,
  ExplainHeatmapResult,
  ExplainResult,
  ExplainRowsResult,
  GraphResult,
  KnowledgeResult,
  LabelLayerResult,
  MapResult,
  NearestResult,
  NeuronLabel,
  Order,
  QueryPictureResult,
  SamplesResult,
  SummaryResult,
  WithoutResult,
} from "../generated/protocol";

/** Start and end of a column. */
export type At = [start: number, end: number];

/** An answer kept verbatim. */
export interface KeptReply<Result> {
  result: Result;
  buffers: At[];
}

export interface KeptFiles {
  at: At;
  offsets: number[];
}

export interface KeptLayer {
  signed: boolean;
  /** By component; none where they are in parts. */
  details: DetailResult[];
  names: { named: LabelLayerResult; labels: NeuronLabel[] } | null;
  /** Int16, 32767 is 1. */
  embeddings: At;
  /** Row of every example's crop, -1 for none; null where examples are whole images. */
  crops: { k: number; rows: number[] } | null;
  /** Place of its foundation model: 0 is the page's own, the others are in `spaces`. */
  space?: number;
  parts?: KeptParts;
}

/** Neurons of a layer of a folder, in columns that are loaded as they are looked at. */
export interface KeptParts {
  n: number;
  /** Neurons in a column of `cards`, and of `details`. */
  sizes: [number, number];
  /** JSON, a `KeptCards` each. */
  cards: At[];
  /** JSON, a list of `DetailResult` each. */
  details: At[];
  /** By name: a number for each neuron (Float32), NaN where it is unknown. */
  measures: Record<string, At>;
  /** Alignments of each neuron with the unrelated words (Int16, 32767 is 1). */
  unrelated: At;
}

export interface KeptCards {
  cards: Card[];
  labels: NeuronLabel[] | null;
  /** Row of each example's crop, -1 for none; null where examples are whole images. */
  crops: number[][] | null;
}

/** Words and image of the query, as one foundation model embeds them. */
export interface KeptSpace {
  words: KeptWords;
  image: { handle: string; vector: At; picture: KeptReply<QueryPictureResult> } | null;
}

interface KeptMatches {
  nearest: KeptReply<NearestResult>;
  chance: KeptReply<ChanceResult>;
}

interface KeptWords {
  texts: string[];
  dim: number;
  /** Int8 by word, to be multiplied by the word's scale (Float32). */
  vectors: At;
  scales: At;
  /** By row: sentence on a word that the foundation model is blind to. */
  caveats: Record<number, string>;
  /** Int16, 32767 is 1. */
  unrelated: At;
  /** By map: x and y of every word (Float32), NaN for none. */
  places: At[];
}

interface KeptClass extends KeptReply<AuditResult> {
  before: KeptReply<BeforeResult> | null;
  samples: Record<string, SamplesResult>;
}

interface KeptAudit {
  classes: ClassesResult;
  threshold: number;
  summary: SummaryResult;
  judged: Record<string, KeptClass>;
  of_all: Record<string, SamplesResult>;
}

/** One explained image, with its rows in every order that it can have. */
export interface KeptPrediction {
  explain: KeptReply<ExplainResult>;
  rows: Partial<Record<Order, ExplainRowsResult>>;
  effects: Record<number, number | null>;
  /** Of the rows and of places, by component. */
  heatmaps: Record<number, KeptReply<ExplainHeatmapResult>>;
  /** The strongest neurons at each place of the grid, row by row; null for a layer without places. */
  places: {
    at: { n: number; rows: [component: number, strength: number | null, here: number | null][] }[];
    rows: Record<number, ExplainedRow>;
  } | null;
}

export interface Kept extends KeptSpace {
  /** Start of every part of a folder, and the end of the last; a page that is one file has none. */
  starts?: number[];
  traits: Record<string, unknown>;
  /** Dataset index of every row of the sample table. */
  ids: number[];
  pictures: { samples: KeptFiles; crops?: KeptFiles };
  layers: Record<string, KeptLayer>;
  maps: (KeptReply<MapResult> & { layers: string[] })[];
  audits: Record<string, KeptAudit>;
  /** Further foundation models, of the sides of a comparison. */
  spaces?: KeptSpace[];
  /** Matches of a comparison, by source and target. */
  matches?: Record<string, Record<string, KeptMatches>>;
  /** Whole answers of a page that shows a result, by kind of request. */
  answers?: {
    knowledge?: KnowledgeResult;
    graph?: GraphResult;
    prediction?: KeptPrediction;
    graph_without?: { nodes: string[]; result: WithoutResult };
  };
}

/** Binary columns of a page. */
export class Columns {
  constructor(private readonly bytes: ArrayBuffer) {}

  /** Does nothing, since all is there; columns in parts throw `Missing` for what has to be loaded first. */
  need(_columns: At[]): void {}

  view([start, end]: At): DataView {
    return new DataView(this.bytes, start, end - start);
  }

  /** Numbers from -1 to 1. */
  halves(at: At): Float32Array {
    const { buffer, byteOffset, byteLength } = this.view(at);
    const whole = new Int16Array(buffer as ArrayBuffer, byteOffset, byteLength / 2);
    const numbers = new Float32Array(whole.length);
    // A loop, since `from` with a function takes ten times as long, and large layers have 40 million numbers.
    for (let place = 0; place < whole.length; place++) numbers[place] = (whole[place] as number) / FULL_SCALE;
    return numbers;
  }

  floats(at: At): Float32Array {
    const { buffer, byteOffset, byteLength } = this.view(at);
    return new Float32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4);
  }

  /** Returns a row of an integer matrix, scaled. */
  row([start]: At, row: number, dim: number, scale: number): Float32Array {
    const { buffer, byteOffset } = this.view([start + row * dim, start + (row + 1) * dim]);
    return Float32Array.from(new Int8Array(buffer, byteOffset, dim), (value) => value * scale);
  }
}

/** Unpacks the contents of the page's element. */
export async function unpacked(text: string): Promise<{ kept: Kept; columns: Columns }> {
  const bytes = await inflated(text);
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const kept = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  return { kept, columns: new Columns(bytes.slice(8 + length)) };
}

/** Decodes base64 and decompresses it. */
export async function inflated(text: string): Promise<ArrayBuffer> {
  const letters = atob(text.trim());
  const packed = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) packed[place] = letters.charCodeAt(place);
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
