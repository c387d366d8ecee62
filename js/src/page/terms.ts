/** Query language: text into signed terms, exactly as Python's `analysis/queries/language.py`. */
import { MAX_CHARACTERS } from "../generated/constants";
import { casefold } from "../neurons/casefold";

export interface Term {
  weight: 1 | -1;
  kind: "text" | "component";
  text: string;
}

const TOKEN = /"(?<quoted>[^"]*)"|(?<minus>-)(?=[\s"#])|(?<plus>\+)(?=[\s"#])|(?<word>[^\s"]+)/gu;
const NUMBER = /^\d+$/u;
const LIKE = /^(?:more )?like$/iu;
const COMPONENT = /^(?:#\d+-?|[^\s:#]+:\d+-?)$/u;

/** Parses a query; throws for two signs in a row and for empty queries. */
export function parsed(query: string): Term[] {
  if (query.length > MAX_CHARACTERS) {
    const [most, n] = [MAX_CHARACTERS, query.length].map((count) => count.toLocaleString("en"));
    throw new Error(`a query has at most ${most} characters, not ${n}; type fewer words`);
  }
  const reader = new Reader();
  for (const { groups = {} } of `${query} `.matchAll(TOKEN)) reader.take(groups);
  reader.finishPhrase();
  if (reader.terms.length === 0)
    throw new Error(`the query '${query}' is empty; type a word such as "striped fur"`);
  return reader.terms;
}

class Reader {
  readonly terms: Term[] = [];
  #weight: 1 | -1 = 1;
  #sign = "";
  #words: string[] = [];

  take({ quoted, minus, plus, word }: Record<string, string | undefined>): void {
    if (quoted !== undefined) {
      this.finishPhrase();
      this.#add("text", quoted.split(/\s+/u).filter(Boolean).join(" "));
    } else if (minus !== undefined || plus !== undefined) this.#beginSign(minus ?? plus ?? "");
    else if (word !== undefined) this.#takeWord(word);
  }

  finishPhrase(without?: string): void {
    const words = this.#words;
    this.#words = [];
    if (casefold(words.at(-1) ?? "") === without) words.pop();
    if (words.length > 0) this.#add("text", words.join(" "));
  }

  #takeWord(token: string): void {
    let word = token;
    if (/^[-+]./u.test(word)) {
      this.#beginSign(word.charAt(0));
      word = word.slice(1);
    }
    const isLike = LIKE.test(this.#words.join(" "));
    if (casefold(word) === "not") this.#beginSign(word);
    else if (COMPONENT.test(word) || (isLike && NUMBER.test(word))) {
      if (isLike) this.#words = [];
      this.finishPhrase("like");
      this.#add("component", NUMBER.test(word) ? `#${word}` : word);
    } else this.#words.push(word);
  }

  #beginSign(sign: string): void {
    this.finishPhrase("and");
    if (this.#sign !== "")
      throw new Error(`'${this.#sign}' is followed by '${sign}'; put one sign before a word`);
    this.#sign = sign;
    this.#weight = sign === "+" ? 1 : -1;
  }

  #add(kind: Term["kind"], text: string): void {
    if (text === "") return;
    this.terms.push({ weight: this.#weight, kind, text });
    this.#weight = 1;
    this.#sign = "";
  }
}
