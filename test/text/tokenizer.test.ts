import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatMessage } from "../../kernel-lib/text/chatTemplate";
import { createTokenizer, loadTokenizer } from "../../kernel-lib/text/tokenizer";
import { wordTokenizer } from "../../kernel-lib/text/wordTokenizer";

interface Expected {
  size: number;
  bosId: number | null;
  eosId: number | null;
  padId: number | null;
  texts: { text: string; ids: number[]; decoded: string; decodedWithSpecials: string }[];
  chat: { messages: ChatMessage[]; rendered: string; withoutPrompt: string };
}

describe.each(["bpe", "words"])("the %s tokenizer, against Python's AutoTokenizer", (name) => {
  const folder = join(__dirname, "../fixtures/tokenizers", name);
  let expected: Expected;
  beforeAll(async () => {
    expected = JSON.parse(await readFile(join(folder, "expected.json"), "utf8")) as Expected;
  });

  it("encodes texts to the same ids", async () => {
    const tokenizer = await loadTokenizer(folder);
    for (const { text, ids } of expected.texts) expect(tokenizer.encode(text), text).toEqual(ids);
  });

  it("decodes ids to the same texts, with and without special tokens", async () => {
    const tokenizer = await loadTokenizer(folder);
    for (const { ids, decoded, decodedWithSpecials } of expected.texts) {
      expect(tokenizer.decode(ids)).toBe(decoded);
      expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(decodedWithSpecials);
    }
  });

  it("has the same size and special tokens", async () => {
    const { vocabSize, bosId, eosId, padId } = await loadTokenizer(folder);
    expect({ size: vocabSize, bosId: bosId ?? null, eosId: eosId ?? null, padId: padId ?? null }).toEqual({
      size: expected.size,
      bosId: expected.bosId,
      eosId: expected.eosId,
      padId: expected.padId,
    });
  });

  it("renders a chat to the same text", async () => {
    const { chatTemplate } = await loadTokenizer(folder);
    const { messages, rendered, withoutPrompt } = expected.chat;
    expect(chatTemplate?.render(messages)).toBe(rendered);
    expect(chatTemplate?.render(messages, { addGenerationPrompt: false })).toBe(withoutPrompt);
  });
});

describe("a tokenizer of few words", () => {
  const { tokenizer: json, config } = wordTokenizer({ words: ["yes", "no", "."] });

  it("looks tokens up both ways", () => {
    const tokenizer = createTokenizer(json, config);
    expect(tokenizer.tokenToId("no")).toBe(5);
    expect(tokenizer.idToToken(5)).toBe("no");
    expect(tokenizer.tokenToId("maybe")).toBeUndefined();
    expect(tokenizer.idToToken(99)).toBeUndefined();
  });

  it("adds what the post-processor says only when asked", () => {
    const bos = { SpecialToken: { id: "<bos>", type_id: 0 } };
    const text = { Sequence: { id: "A", type_id: 0 } };
    const withBos = {
      ...json,
      post_processor: {
        type: "TemplateProcessing",
        single: [bos, text],
        pair: [bos, text],
        special_tokens: { "<bos>": { id: "<bos>", ids: [2], tokens: ["<bos>"] } },
      },
    };
    const tokenizer = createTokenizer(withBos, config);
    expect(tokenizer.encode("yes")).toEqual([4]);
    expect(tokenizer.encode("yes", { addSpecialTokens: true })).toEqual([2, 4]);
  });

  it("keeps the space before a full stop when the configuration is silent", () => {
    const { clean_up_tokenization_spaces: _, ...silent } = config;
    expect(createTokenizer(json, silent).decode([4, 6])).toBe("yes .");
  });

  it("reads special tokens written as objects, and takes the default of several templates", () => {
    const tokenizer = createTokenizer(json, {
      ...config,
      eos_token: { content: "no", special: true },
      chat_template: [
        { name: "tool_use", template: "tools" },
        { name: "default", template: "ends with {{ eos_token }}" },
      ],
    });
    expect(tokenizer.eosId).toBe(5);
    expect(tokenizer.chatTemplate?.render([])).toBe("ends with no");
  });

  it("reports a text that cannot be encoded for want of an unknown token", () => {
    const { unk_token: _, ...withoutUnknown } = config;
    expect(() => createTokenizer(json, withoutUnknown).encode("yes maybe")).toThrow(
      '"maybe" is not in the vocabulary',
    );
  });
});

describe("loading", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("names the file that is missing", async () => {
    await expect(loadTokenizer(folder)).rejects.toThrow(`there is no file ${join(folder, "tokenizer.json")}`);
  });

  it("names the file that is not JSON, and the folder of a tokenizer of an unknown kind", async () => {
    await writeFile(join(folder, "tokenizer_config.json"), "{}");
    await writeFile(join(folder, "tokenizer.json"), "<html>");
    await expect(loadTokenizer(folder)).rejects.toThrow(`${join(folder, "tokenizer.json")} is not JSON`);
    await writeFile(join(folder, "tokenizer.json"), "{}");
    await expect(loadTokenizer(folder)).rejects.toThrow(`${folder}: the tokenizer is not understood`);
  });
});
