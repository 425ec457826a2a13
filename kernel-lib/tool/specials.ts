import type { Tokenizer } from "../text/tokenizer";

/**
 * A text in which no special token of a tokenizer is spelled out: foreign text that holds `<|im_end|>` must not end a turn
 * when it is read.
 */
export function withoutSpecials(
  text: string,
  tokenizer: Pick<Tokenizer, "encode" | "decode" | "idToToken">,
): string {
  const specials = [...new Set(tokenizer.encode(text))]
    .filter(
      (id) => tokenizer.decode([id]) === "" && tokenizer.decode([id], { skipSpecialTokens: false }) !== "",
    )
    .map((id) => tokenizer.idToToken(id) ?? "")
    // an unknown word has a special token too, whose name it does not hold
    .filter((token) => token !== "" && text.includes(token));
  const broken = (token: string): string =>
    token.startsWith("<") ? `‹${token.slice(1)}` : `${[...token][0]} ${[...token].slice(1).join("")}`;
  return specials.reduce((rest, token) => rest.replaceAll(token, broken(token)), text);
}
