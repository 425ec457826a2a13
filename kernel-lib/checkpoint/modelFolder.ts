import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ModelConfig } from "../model/config";
import { parseConfig, toHuggingFaceConfig } from "../model/huggingface";
import { createTokenizer, loadTokenizer, type Tokenizer } from "../text/tokenizer";
import { makeFolder, siblingOf, unwritable, writeFileAtomic } from "./atomic";
import { checkTensors, checkVocabulary, isRedundant } from "./fit";
import { type RawTensor, type TensorSource, writeSafetensors } from "./safetensors";
import { openTensorFolder } from "./shards";
import { textPart } from "./textPart";

/** A checkpoint on disk, its weights still unread. */
export interface ModelFolder {
  config: ModelConfig;
  /** `config.json` as it stands. */
  hf: Record<string, unknown>;
  /** Exactly the tensors that the configuration asks for, by their Hugging Face names. */
  tensors: TensorSource;
  tokenizer: Tokenizer;
  /** Ids that end a turn: the tokenizer's eos first, then those of `config.json` and `generation_config.json`. */
  stopIds: number[];
}

/**
 * Opens a model folder in Hugging Face layout and checks it whole before any weight is read: the configuration is
 * of a supported family, every tensor is there with its shape and none besides, and every token has its row in the
 * embedding matrix (rows without a token are padding and allowed).
 *
 * @throws with the folder or file, what was found and what to do
 * @example
 * const { config, tensors, tokenizer } = await readModelFolder("Qwen3-1.7B");
 * const { data } = await tensors.read("model.embed_tokens.weight"); // shape [vocabSize, hiddenSize]
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  await checkFolder(folder);
  const path = join(folder, "config.json");
  const hf = await readJson(path);
  if (!hf) throw new Error(`there is no file ${path}. Try a folder with the files of a Hugging Face model.`);
  const config = parseConfig(hf, path);
  const tensors = expectedOnly(textPart(await openTensorFolder(folder)), config, folder);
  const tokenizer = await loadTokenizer(folder);
  checkVocabulary(tokenizer, config, folder);
  const generation = await readJson(join(folder, "generation_config.json"));
  const { eos_token_id: ofTextPart } = (hf.text_config ?? {}) as { eos_token_id?: unknown };
  const ids = [tokenizer.eosId, hf.eos_token_id, ofTextPart, generation?.eos_token_id].flat();
  const stopIds = [...new Set(ids.filter((id): id is number => typeof id === "number"))];
  return { config, hf, tensors, tokenizer, stopIds };
}

/** What {@link writeModelFolder} writes. */
export interface ModelFolderContent {
  config: ModelConfig;
  /** By Hugging Face name, linear layers as [out, in]; no `lm_head.weight` when the embeddings are tied. */
  tensors: Readonly<Record<string, RawTensor>>;
  /** At least `tokenizer.json` and `tokenizer_config.json`, by name. */
  tokenizerFiles: Readonly<Record<string, string>>;
  /** Further text files by name, such as a README.md. */
  extra?: Readonly<Record<string, string>>;
  /** Replace a model folder that is already there. Default: false. */
  overwrite?: boolean;
}

/**
 * Writes a model folder in Hugging Face layout, which transformers and {@link readModelFolder} open. The folder
 * appears whole or not at all: it is written beside its place, then renamed.
 *
 * @throws if the tensors or the tokenizer do not fit the configuration, or something is in the way
 */
export async function writeModelFolder(
  folder: string,
  { config, tensors, tokenizerFiles, extra = {}, overwrite = false }: ModelFolderContent,
): Promise<void> {
  const target = resolve(folder);
  const shapes = Object.entries(tensors).map(([name, { shape }]) => [name, shape] as const);
  checkTensors(new Map(shapes), config, "the tensors given");
  const tokenizer = tokenizerOf(tokenizerFiles);
  checkVocabulary(tokenizer, config, "the tokenizer given");
  await checkPlace(target, overwrite);

  const files = { ...extra, ...tokenizerFiles, "config.json": text(toHuggingFaceConfig(config, tokenizer)) };
  await makeFolder(dirname(target));
  const temporary = siblingOf(target);
  try {
    await mkdir(temporary);
    for (const [name, content] of Object.entries(files))
      await writeFileAtomic(join(temporary, name), content);
    await writeSafetensors(join(temporary, "model.safetensors"), tensors, { format: "pt" });
    await replaceFolder(target, temporary);
  } catch (error) {
    throw unwritable(target, error);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

// A folder cannot be renamed onto a full one: the old one steps aside, and back again if that fails.
async function replaceFolder(target: string, temporary: string): Promise<void> {
  const old = siblingOf(target);
  const existed = await rename(target, old).then(
    () => true,
    () => false,
  );
  try {
    await rename(temporary, target);
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found)
    throw new Error(`there is no folder ${folder}. Try the path of a model that was downloaded or saved.`);
  if (!found.isDirectory()) throw new Error(`${folder} is a file. Try the folder that holds config.json.`);
}

// Replacing deletes what is there, so only what looks like a model may be replaced.
async function checkPlace(target: string, overwrite: boolean): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory())
    throw new Error(`${target} is a file, and a model is a folder. Try another place.`);
  const names = await readdir(target);
  if (names.length === 0) return;
  if (!overwrite)
    throw new Error(`${target} is not empty. Try another place, or overwrite: true if it holds a model.`);
  if (!names.includes("config.json") || !names.includes("model.safetensors")) {
    throw new Error(`${target} is not a model folder and will not be replaced. Try another place.`);
  }
}

function expectedOnly(source: TensorSource, config: ModelConfig, folder: string): TensorSource {
  const found = source.names.filter((name) => !isRedundant(name, config));
  checkTensors(new Map(found.map((name) => [name, source.shapeOf(name)])), config, folder);
  return { ...source, names: found };
}

function tokenizerOf(files: Readonly<Record<string, string>>): Tokenizer {
  const [json, config] = ["tokenizer.json", "tokenizer_config.json"].map((name) => {
    const content = files[name];
    if (content === undefined) {
      const given = Object.keys(files).join(", ") || "nothing";
      throw new Error(
        `tokenizerFiles has no ${name}, it has ${given}. Try the files that wordTokenizer() returns.`,
      );
    }
    return parseJson(content, name) as object;
  });
  return createTokenizer(json!, config!, files["chat_template.jinja"]);
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseJson(content, path) as Record<string, unknown>;
}

function parseJson(content: string, source: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(
      `${source} is not JSON: ${(error as Error).message}. Try the file as it came with the model.`,
    );
  }
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
