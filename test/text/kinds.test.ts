import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadTokenizer } from "../../kernel-lib/text/tokenizer";

const KINDS = join(__dirname, "../fixtures/tokenizers/kinds");
const json = async <T>(...path: string[]): Promise<T> =>
  JSON.parse(await readFile(join(KINDS, ...path), "utf8")) as T;

interface Expected {
  ids: number[][];
  decoded: string[];
  withSpecials: number[][];
}

describe.each(["qwen2", "qwen3_5", "llama3", "deepseek", "gemma3", "mistral"])(
  "a tokenizer as %s has it",
  (kind) => {
    it("cuts 1,000 texts of code, LaTeX, many scripts, signs and spaces as transformers does", async () => {
      const texts = await json<string[]>("texts.json");
      const { ids } = await json<Expected>(kind, "expected.json");
      const tokenizer = await loadTokenizer(join(KINDS, kind));
      expect(texts).toHaveLength(1000);
      const wrong = texts.filter((text, i) => `${tokenizer.encode(text)}` !== `${ids[i]}`);
      expect(wrong.map((text) => [text, tokenizer.encode(text), ids[texts.indexOf(text)]])).toEqual([]);
    });

    it("puts them together again as transformers does", async () => {
      const { ids, decoded } = await json<Expected>(kind, "expected.json");
      const tokenizer = await loadTokenizer(join(KINDS, kind));
      const wrong = ids
        .map((row, i) => [tokenizer.decode(row, { skipSpecialTokens: false }), decoded[i]])
        .filter(([ours, theirs]) => ours !== theirs);
      expect(wrong).toEqual([]);
    });

    it("begins as the model expects when asked to", async () => {
      const texts = await json<string[]>("texts.json");
      const { withSpecials } = await json<Expected>(kind, "expected.json");
      const tokenizer = await loadTokenizer(join(KINDS, kind));
      expect(withSpecials.map((_, i) => tokenizer.encode(texts[i]!, { addSpecialTokens: true }))).toEqual(
        withSpecials,
      );
    });
  },
);
