/** Contents of a page of `to_html`; Python's side of it is `widgets/page/contents.py`. */
import { FULL_SCALE } from "../generated/constants";
import type {
  AuditResult,
  BeforeResult,
  ChanceResult,
  ClassesResult,
  DetailResult,
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
  details: DetailResult[];
  names: { named: LabelLayerResult; labels: NeuronLabel[] } | null;
  /** Int16, 32767 is 1. */
  embeddings: At;
  /** Row of every example's crop, -1 for none; null where examples are whole images. */
  crops: { k: number; rows: number[] } | null;
  /** Place of its foundation model: 0 is the page's own, the others are in `spaces`. */
  space?: number;
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
  /** Of the rows, by component. */
  heatmaps: Record<number, KeptReply<ExplainHeatmapResult>>;
}

export interface Kept extends KeptSpace {
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

  view([start, end]: At): DataView {
    return new DataView(this.bytes, start, end - start);
  }

  /** Numbers from -1 to 1. */
  halves([start, end]: At): Float32Array {
    return Float32Array.from(
      new Int16Array(this.bytes, start, (end - start) / 2),
      (value) => value / FULL_SCALE,
    );
  }

  floats([start, end]: At): Float32Array {
    return new Float32Array(this.bytes, start, (end - start) / 4);
  }

  /** Returns a row of an integer matrix, scaled. */
  row([start]: At, row: number, dim: number, scale: number): Float32Array {
    return Float32Array.from(new Int8Array(this.bytes, start + row * dim, dim), (value) => value * scale);
  }
}

/** Unpacks the contents of the page's element. */
export async function unpacked(text: string): Promise<{ kept: Kept; columns: Columns }> {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = await new Response(stream).arrayBuffer();
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const kept = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length)));
  return { kept, columns: new Columns(bytes.slice(8 + length)) };
}
