/** Names and numbers of a vocabulary of whole words. */
export interface WordTokenizerOptions {
  /** Distinct words without white space, in the order of their ids, which follow the special tokens. */
  words: readonly string[];
  /** Texts of the special tokens, ids 0 to 3 in this order. Default: <pad>, <unk>, <bos>, <eos>. */
  specials?: { pad?: string; unk?: string; bos?: string; eos?: string };
  /** Jinja. Default: the contents of the messages, joined by single spaces. */
  chatTemplate?: string;
}

/** The two files of a tokenizer, as objects and as the texts to write, by file name. */
export interface TokenizerFiles {
  tokenizer: Record<string, unknown>;
  config: Record<string, unknown>;
  files: Record<"tokenizer.json" | "tokenizer_config.json", string>;
}

const JOINED =
  "{% for message in messages %}{{ message['content'] }}{% if not loop.last %} {% endif %}{% endfor %}";

/**
 * A tokenizer of whole words, as Hugging Face files: text is cut at white space, a word outside the vocabulary
 * becomes the unknown token, decoding joins words by single spaces. Python's `PreTrainedTokenizerFast` reads the
 * same files; so does `AutoTokenizer`, except beside a model of type qwen2, on which transformers 5 forces its own
 * byte-level class whatever the files say.
 *
 * @throws if a word is empty, holds white space, or comes twice (special tokens counted)
 * @example
 * const { tokenizer, config, files } = wordTokenizer({ words: ["parent", "of", "a", "b"] });
 * createTokenizer(tokenizer, config).encode("parent of b") // [4, 5, 7]
 */
export function wordTokenizer({
  words,
  specials: { pad = "<pad>", unk = "<unk>", bos = "<bos>", eos = "<eos>" } = {},
  chatTemplate = JOINED,
}: WordTokenizerOptions): TokenizerFiles {
  const specials = [pad, unk, bos, eos];
  const tokens = [...specials, ...words];
  checkTokens(tokens);
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      unk_token: unk,
    },
  };
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    pad_token: pad,
    unk_token: unk,
    bos_token: bos,
    eos_token: eos,
    padding_side: "left",
    // Otherwise " ." would decode to ".".
    clean_up_tokenization_spaces: false,
    model_max_length: 1_000_000,
    chat_template: chatTemplate,
  };
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    tokenizer,
    config,
    files: { "tokenizer.json": text(tokenizer), "tokenizer_config.json": text(config) },
  };
}

function checkTokens(tokens: readonly string[]): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token === "" || /\s/.test(token)) {
      throw new Error(
        `the word ${JSON.stringify(token)} is empty or holds white space. ` +
          'Try single words, such as words: ["parent", "of"].',
      );
    }
    if (seen.has(token))
      throw new Error(
        `the word "${token}" is given twice, and words and special tokens are distinct. ` +
          "Try words: [...new Set(words)] without the special tokens.",
      );
    seen.add(token);
  }
}
