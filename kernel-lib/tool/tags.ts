/** The tag that stands around what a tool gave. */
export const RESULT_TAG = "result";

/** Characters of a result that an agent is shown at most: the released limit. */
export const RESULT_LENGTH = 6000;

/** One complete call in a text. */
export interface FoundCall {
  /** The tool, spelled as it is named, not as it was written. */
  tool: string;
  input: string;
  /** Where the opening tag begins, and where the text goes on after the closing one. */
  begin: number;
  end: number;
}

/**
 * The first complete call `<name>…</name>` of a tool after a place in a text, whatever the case of its tags. Of several,
 * it is the one that is closed first; an opening tag within it is part of its input.
 *
 * @param text what an agent itself wrote; results are not to be in it
 * @returns undefined where no call is complete
 * @example findCall("So <python>print(1)</python>", ["python"]) // { tool: "python", input: "print(1)", begin: 3, end: 28 }
 */
export function findCall(text: string, tools: readonly string[], from = 0): FoundCall | undefined {
  const calls = tools.flatMap((tool): FoundCall[] => {
    const [opening, closing] = [tagOf(tool), tagOf(`/${tool}`)];
    opening.lastIndex = from;
    const opened = opening.exec(text);
    if (!opened) return [];
    closing.lastIndex = opening.lastIndex;
    const closed = closing.exec(text);
    if (!closed) return [];
    const input = text.slice(opening.lastIndex, closed.index);
    return [{ tool, input, begin: opened.index, end: closing.lastIndex }];
  });
  return calls.sort((a, b) => a.end - b.end)[0];
}

const tagOf = (name: string): RegExp => new RegExp(`<${name}>`, "gi");

/**
 * A tool's output as the agent reads it: cut to 6,000 characters, and with no tag in it that could close it, open a
 * call or pass for another result.
 *
 * @param tools the names whose tags are defused; `result` always is
 * @example formatResult("4", ["python"]) // " <result> 4 </result>"
 */
export function formatResult(output: string, tools: readonly string[]): string {
  const spare = output.length - RESULT_LENGTH;
  const cut =
    spare > 0
      ? `${wholeCharacters(output)}\n[truncated: ${spare} of ${output.length} characters left out]`
      : output;
  return ` <${RESULT_TAG}> ${defuse(cut, tools)} </${RESULT_TAG}>`;
}

/** The beginning of an output, not ending in half a surrogate pair. */
const wholeCharacters = (output: string): string =>
  output.slice(0, RESULT_LENGTH).replace(/[\uD800-\uDBFF]$/, "");

/**
 * The text with the angle bracket of every tag of a tool, and of a result, turned into `‹`; also of tags written with
 * spaces, attributes or characters that are not seen, which a model may take for one.
 */
export function defuse(text: string, tools: readonly string[]): string {
  const hidden = "[\\s\\u00AD\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\uFEFF\\u0000-\\u001F]*";
  const names = [...tools, RESULT_TAG].map((name) => [...name].join(hidden)).join("|");
  return text.replace(
    new RegExp(`[<\\uFF1C\\uFE64](?=${hidden}(?:[/\\\\]${hidden})*(?:${names})(?![\\w]))`, "gi"),
    "‹",
  );
}
