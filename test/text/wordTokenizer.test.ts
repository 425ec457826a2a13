import { expect, it } from "vitest";
import { createTokenizer } from "../../kernel-lib/text/tokenizer";
import { wordTokenizer } from "../../kernel-lib/text/wordTokenizer";

const WORDS = ["parent", "of", "a", "b", ";", "."];

function tokenizer() {
  const { tokenizer, config } = wordTokenizer({ words: WORDS });
  return createTokenizer(tokenizer, config);
}

it("gives words the ids after the four special tokens", () => {
  expect(tokenizer().encode("parent of b")).toEqual([4, 5, 7]);
  expect(tokenizer()).toMatchObject({ vocabSize: 10, padId: 0, bosId: 2, eosId: 3 });
});

it("cuts at any white space and reads special tokens inside text", () => {
  expect(tokenizer().encode(" a ;\n b<eos> .")).toEqual([6, 8, 7, 3, 9]);
});

it("turns a word outside the vocabulary into the unknown token", () => {
  expect(tokenizer().encode("a zebra b")).toEqual([6, 1, 7]);
});

it("decodes to words joined by single spaces", () => {
  expect(tokenizer().decode([6, 8, 7, 9])).toBe("a ; b .");
  expect(tokenizer().decode([])).toBe("");
});

it("leaves special tokens out of the text unless told otherwise", () => {
  expect(tokenizer().decode([2, 6, 3, 0])).toBe("a");
  expect(tokenizer().decode([2, 6, 3, 0], { skipSpecialTokens: false })).toBe("<bos> a <eos> <pad>");
});

it("joins the contents of messages by default and takes another template", () => {
  const messages = [
    { role: "system", content: "hop" },
    { role: "user", content: "a ; b" },
  ] as const;
  expect(tokenizer().chatTemplate?.render(messages)).toBe("hop a ; b");
  const { tokenizer: json, config } = wordTokenizer({
    words: WORDS,
    chatTemplate: "{{ bos_token }}{% for m in messages %} {{ m.content }}{% endfor %}",
  });
  expect(createTokenizer(json, config).chatTemplate?.render(messages)).toBe("<bos> hop a ; b");
});

it("rejects words given twice, empty or with white space", () => {
  expect(() => wordTokenizer({ words: ["a", "a"] })).toThrow('the word "a" is given twice');
  expect(() => wordTokenizer({ words: ["<pad>"] })).toThrow("given twice");
  expect(() => wordTokenizer({ words: ["a b"] })).toThrow("white space");
  expect(() => wordTokenizer({ words: [""] })).toThrow("empty");
});

it("keeps the files that Python's AutoTokenizer was run on", async () => {
  const words = ["parent", "of", "a", "b", "c", ";", ",", ".", "is", "go"];
  const { files } = wordTokenizer({ words });
  for (const [name, content] of Object.entries(files)) {
    await expect(content).toMatchFileSnapshot(`../fixtures/tokenizers/words/${name}`);
  }
});
