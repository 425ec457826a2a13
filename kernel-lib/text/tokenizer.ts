import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { type ChatTemplate, chatTemplate } from "./chatTemplate";

/** Text to token ids and back, as one model was trained with. */
export interface Tokenizer {
  /** Token ids of a text. `addSpecialTokens` (default false) adds what the model expects around it, such as bos. */
  encode(text: string, options?: { addSpecialTokens?: boolean }): number[];
  /** The text of token ids; `skipSpecialTokens` (default true) leaves out pad, bos, eos and their like. */
  decode(ids: readonly number[], options?: { skipSpecialTokens?: boolean }): string;
  idToToken(id: number): string | undefined;
  tokenToId(token: string): number | undefined;
  /** The highest id + 1: the rows an embedding matrix must have at least. */
  readonly vocabSize: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly padId: number | undefined;
  readonly chatTemplate?: ChatTemplate;
}

/**
 * Loads the tokenizer of a Hugging Face model folder: `tokenizer.json`, `tokenizer_config.json` and, where the
 * template is kept apart, `chat_template.jinja`. Throws if one of the first two is missing or not understood.
 *
 * @example (await loadTokenizer("Qwen3-1.7B")).encode("Hello world") // [9707, 1879]
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  // One after the other, so that of two missing files always the same one is named.
  const json = await readJson(join(folder, "tokenizer.json"));
  const config = await readJson(join(folder, "tokenizer_config.json"));
  const template = await readIfThere(join(folder, "chat_template.jinja"));
  try {
    return createTokenizer(json, config, template);
  } catch (error) {
    throw new Error(`${folder}: ${(error as Error).message}`);
  }
}

/**
 * A {@link Tokenizer} from the contents of `tokenizer.json` and `tokenizer_config.json`; `template`, the content
 * of `chat_template.jinja`, comes before the one of the configuration.
 *
 * @throws if they are not those of a tokenizer, or the template is not Jinja
 */
export function createTokenizer(json: object, config: object, template?: string): Tokenizer {
  // The library tidies " ." into "." unless told not to; transformers 5 leaves it unless told to.
  const inner = understand(json, { clean_up_tokenization_spaces: false, ...config });
  const fields = config as Record<string, unknown>;
  const idOf = (key: string) => {
    const token = contentOf(fields[key]);
    return token === undefined ? undefined : inner.token_to_id(token);
  };
  const source = template ?? templateOf(fields.chat_template);
  const specials = Object.entries(fields).flatMap(([key, value]) => {
    const content = key.endsWith("_token") ? contentOf(value) : undefined;
    return content === undefined ? [] : [[key, content] as const];
  });
  return {
    encode(text, { addSpecialTokens = false } = {}) {
      const { ids, tokens } = inner.encode(text, { add_special_tokens: addSpecialTokens });
      // The library leaves a hole where there is neither the token nor an unknown token.
      const lost = ids.indexOf(undefined);
      if (lost >= 0) {
        throw new Error(
          `"${tokens[lost]}" is not in the vocabulary, which has no unknown token. ` +
            "Try words of the vocabulary, or a tokenizer.json whose model has an unk_token.",
        );
      }
      return ids as number[];
    },
    decode(ids, { skipSpecialTokens = true } = {}) {
      // The library rejects an empty list.
      if (ids.length === 0) return "";
      return inner.decode([...ids], { skip_special_tokens: skipSpecialTokens });
    },
    idToToken: (id) => inner.id_to_token(id),
    tokenToId: (token) => inner.token_to_id(token),
    vocabSize: [...inner.get_vocab().values()].reduce((top, id) => Math.max(top, id), -1) + 1,
    bosId: idOf("bos_token"),
    eosId: idOf("eos_token"),
    padId: idOf("pad_token"),
    ...(source === undefined ? {} : { chatTemplate: chatTemplate(source, Object.fromEntries(specials)) }),
  };
}

/** The part of the library's class in use; its own types do not resolve under Node's rules. */
interface Inner {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: (number | undefined)[]; tokens: string[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  get_vocab(): Map<string, number>;
}

function understand(json: object, config: object): Inner {
  try {
    return new HfTokenizer(json, config) as Inner;
  } catch (error) {
    throw new Error(
      `the tokenizer is not understood: ${(error as Error).message}. ` +
        "Try tokenizer.json and tokenizer_config.json as they came with the model.",
    );
  }
}

/** A special token is written as its text or as an object with `content`. */
function contentOf(value: unknown): string | undefined {
  const content =
    typeof value === "object" && value !== null ? (value as { content?: unknown }).content : value;
  return typeof content === "string" ? content : undefined;
}

/** One template, or several as {name, template}, of which "default" counts. */
function templateOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return typeof value === "string" ? value : undefined;
  const named = value as readonly { name?: unknown; template?: unknown }[];
  const { template } = named.find(({ name }) => name === "default") ?? named[0] ?? {};
  return typeof template === "string" ? template : undefined;
}

async function readJson(path: string): Promise<object> {
  const text = await readIfThere(path);
  if (text === undefined) {
    throw new Error(
      `there is no file ${path}; a model folder needs tokenizer.json and tokenizer_config.json. ` +
        "Try downloading it too.",
    );
  }
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}. Try downloading it again.`);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
