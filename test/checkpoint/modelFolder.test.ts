import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ModelFolderContent,
  readModelFolder,
  writeModelFolder,
} from "../../kernel-lib/checkpoint/modelFolder";
import { type RawTensor, readSafetensors, writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import type { ModelConfig } from "../../kernel-lib/model/config";
import { parameterSpecs } from "../../kernel-lib/model/parameters";
import { wordTokenizer } from "../../kernel-lib/text/wordTokenizer";

const FIXTURES = join(__dirname, "../fixtures/models");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-"));
});
afterEach(() => rm(folder, { recursive: true }));

const CONFIG: ModelConfig = {
  family: "qwen3",
  vocabSize: 8,
  hiddenSize: 4,
  intermediateSize: 6,
  layers: 1,
  heads: 2,
  kvHeads: 1,
  headDim: 4,
  ropeTheta: 10000,
  ropeScaling: null,
  normEps: 1e-6,
  maxPositions: 64,
  tieWordEmbeddings: true,
  qkvBias: false,
  qkNorm: true,
};

function tensorsOf(config: ModelConfig): Record<string, RawTensor> {
  return Object.fromEntries(
    parameterSpecs(config).map(({ name, shape }, t) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape: [...shape], data: Float32Array.from({ length: size }, (_, i) => t + i / 100) }];
    }),
  );
}

const content = (change: Partial<ModelFolderContent> = {}): ModelFolderContent => ({
  config: CONFIG,
  tensors: tensorsOf(CONFIG),
  tokenizerFiles: wordTokenizer({ words: ["a", "b", "c"] }).files,
  ...change,
});

describe("a folder that transformers saved", () => {
  it.each(["qwen2-tied", "qwen2-untied", "qwen3", "llama"])("opens: %s", async (name) => {
    const { config, hf, tensors, tokenizer, stopIds } = await readModelFolder(join(FIXTURES, name));
    expect(hf.model_type).toBe(config.family);
    expect(tensors.names).toEqual(
      parameterSpecs(config)
        .map((tensor) => tensor.name)
        .sort(),
    );
    expect((await tensors.read("model.embed_tokens.weight")).data).toHaveLength(64 * 32);
    expect(tokenizer.encode("w3 w0 <eos>")).toEqual([7, 4, 3]);
    expect(tokenizer.vocabSize).toBe(60);
    expect(stopIds).toEqual([3]);
    expect(tokenizer.chatTemplate?.render([{ role: "user", content: "w1" }])).toBe(
      "<|im_start|>user\nw1<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("may end turns with more than one token", async () => {
    await cp(join(FIXTURES, "qwen3"), folder, { recursive: true });
    await writeFile(join(folder, "generation_config.json"), '{"eos_token_id": [3, 5]}');
    expect((await readModelFolder(folder)).stopIds).toEqual([3, 5]);
  });

  it("may say in the text part of a vision model what ends a turn", async () => {
    await cp(join(FIXTURES, "qwen3_5-vision"), folder, { recursive: true });
    const path = join(folder, "config.json");
    const hf = JSON.parse(await readFile(path, "utf8"));
    hf.text_config.eos_token_id = [6, 3];
    await writeFile(path, JSON.stringify(hf));
    const { files } = wordTokenizer({ words: ["a"] });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    expect((await readModelFolder(folder)).stopIds).toEqual([3, 6]);
  });

  it("may repeat a tied head and the rotary frequencies, which are passed over", async () => {
    await cp(join(FIXTURES, "qwen3"), folder, { recursive: true });
    const path = join(folder, "model.safetensors");
    const tensors = await readSafetensors(path);
    await writeSafetensors(path, {
      ...tensors,
      "lm_head.weight": tensors["model.embed_tokens.weight"]!,
      "model.layers.0.self_attn.rotary_emb.inv_freq": { shape: [6], data: new Float32Array(6) },
    });
    expect((await readModelFolder(folder)).tensors.names).toEqual(Object.keys(tensors));
  });
});

describe("writing", () => {
  it("gives a folder that reads back the same", async () => {
    const path = join(folder, "agents/planner");
    await writeModelFolder(path, content({ extra: { "README.md": "# Planner\n" } }));
    const { config, hf, tensors, tokenizer } = await readModelFolder(path);
    expect(config).toEqual(CONFIG);
    expect(hf).toMatchObject({ bos_token_id: 2, eos_token_id: 3, pad_token_id: 0 });
    expect(await readSafetensors(join(path, "model.safetensors"))).toEqual(tensorsOf(CONFIG));
    expect(tensors.names).not.toContain("lm_head.weight");
    expect(tokenizer.encode("c a")).toEqual([6, 4]);
    expect(await readFile(join(path, "README.md"), "utf8")).toBe("# Planner\n");
    expect(await readdir(join(folder, "agents"))).toEqual(["planner"]);
  });

  it("replaces a model folder as a whole, and only when asked", async () => {
    const path = join(folder, "planner");
    await writeModelFolder(path, content({ extra: { "old.md": "" } }));
    await expect(writeModelFolder(path, content())).rejects.toThrow(
      "is not empty. Try another place, or overwrite: true",
    );
    await writeModelFolder(path, content({ overwrite: true, extra: { "new.md": "" } }));
    expect((await readdir(path)).sort()).toEqual([
      "config.json",
      "model.safetensors",
      "new.md",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(await readdir(folder)).toEqual(["planner"]);
  });

  it("never replaces what is not a model folder", async () => {
    await writeFile(join(folder, "thesis.tex"), "");
    await expect(writeModelFolder(folder, content({ overwrite: true }))).rejects.toThrow(
      "is not a model folder",
    );
    const file = join(folder, "thesis.tex");
    await expect(writeModelFolder(file, content({ overwrite: true }))).rejects.toThrow("is a file");
  });

  it("writes into an empty folder", async () => {
    await mkdir(join(folder, "empty"));
    await writeModelFolder(join(folder, "empty"), content());
    expect((await readModelFolder(join(folder, "empty"))).config).toEqual(CONFIG);
  });

  it("leaves nothing behind when something does not fit", async () => {
    const path = join(folder, "planner");
    const short = { ...tensorsOf(CONFIG), "model.norm.weight": { shape: [4], data: new Float32Array(3) } };
    await expect(writeModelFolder(path, content({ tensors: short }))).rejects.toThrow(
      '"model.norm.weight" has 3',
    );
    const missing = { ...tensorsOf(CONFIG) };
    delete missing["model.norm.weight"];
    await expect(writeModelFolder(path, content({ tensors: missing }))).rejects.toThrow(
      "the tensors given: 1 of 13 tensors are missing, first model.norm.weight",
    );
    const { files } = wordTokenizer({ words: ["a", "b", "c", "d", "e"] });
    await expect(writeModelFolder(path, content({ tokenizerFiles: files }))).rejects.toThrow(
      "the tokenizer given: the tokenizer's ids reach 8 but vocab_size is 8",
    );
    await expect(writeModelFolder(path, content({ tokenizerFiles: {} }))).rejects.toThrow(
      "no tokenizer.json",
    );
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a folder with a fault is refused by name:", () => {
  const edit = async (change: Record<string, unknown>) => {
    await cp(join(FIXTURES, "llama"), folder, { recursive: true });
    const path = join(folder, "config.json");
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...change }));
  };

  it("no folder, or a file instead", async () => {
    await expect(readModelFolder(join(folder, "none"))).rejects.toThrow(
      `there is no folder ${join(folder, "none")}`,
    );
    const file = join(FIXTURES, "llama/config.json");
    await expect(readModelFolder(file)).rejects.toThrow(
      `${file} is a file. Try the folder that holds config.json.`,
    );
  });

  it.each([
    ["config.json", "there is no file"],
    ["tokenizer.json", "there is no file"],
    ["tokenizer_config.json", "there is no file"],
    ["model.safetensors", "has neither model.safetensors nor model.safetensors.index.json"],
  ])("no %s", async (name, problem) => {
    await edit({});
    await rm(join(folder, name));
    await expect(readModelFolder(folder)).rejects.toThrow(problem);
    await expect(readModelFolder(folder)).rejects.toThrow(folder);
  });

  it.each([
    [
      "too few layers on disk",
      { num_hidden_layers: 3 },
      "9 of 30 tensors are missing, first model.layers.2.",
    ],
    ["too many layers on disk", { num_hidden_layers: 1 }, "9 tensors do not belong to a llama of 1 layers"],
    [
      "another width",
      { intermediate_size: 50 },
      "mlp.gate_proj.weight is [48,32], the configuration asks for [50,32]",
    ],
    [
      "another family",
      { model_type: "qwen2" },
      "6 of 27 tensors are missing, first model.layers.0.self_attn.q_proj.bias",
    ],
    ["another vocabulary", { vocab_size: 59 }, "model.embed_tokens.weight is [64,32]"],
  ])("%s", async (_, change, problem) => {
    await edit(change);
    await expect(readModelFolder(folder)).rejects.toThrow(problem);
  });

  it("an untied model without its head", async () => {
    await cp(join(FIXTURES, "qwen2-tied"), folder, { recursive: true });
    const path = join(folder, "config.json");
    await writeFile(
      path,
      (await readFile(path, "utf8")).replace(/"tie_word_embeddings": true/, '"tie_word_embeddings": false'),
    );
    await expect(readModelFolder(folder)).rejects.toThrow(
      "1 of 27 tensors are missing, first lm_head.weight (tie_word_embeddings is false in the configuration)",
    );
  });

  it("a tokenizer with more tokens than the embedding has rows", async () => {
    await edit({});
    const { files } = wordTokenizer({ words: Array.from({ length: 61 }, (_, i) => `w${i}`) });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await expect(readModelFolder(folder)).rejects.toThrow(
      "the tokenizer's ids reach 64 but vocab_size is 64",
    );
  });
});
