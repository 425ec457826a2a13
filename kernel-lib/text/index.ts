export { type ChatMessage, type ChatOptions, type ChatTemplate, chatTemplate } from "./chatTemplate";
export type { Segment } from "./segments";
export { createTokenizer, loadTokenizer, type Tokenizer } from "./tokenizer";
export { type TokenizerFiles, type WordTokenizerOptions, wordTokenizer } from "./wordTokenizer";
