import type { Tokenizer } from "../text/tokenizer";
import { withoutSpecials } from "./specials";
import { type FoundCall, formatResult } from "./tags";
import type { ToolCall } from "./tool";

/** What an agent has written on one question, with the results of the tools that it called. */
export interface Spoken {
  /** Its own words and the results, as it read them. */
  text: string;
  /** What it wrote after the last result, all of it where it called no tool: what a grader looks at. */
  answerText: string;
  /** Tokens that it generated, end tokens included and results not. */
  tokens: number;
  calls: ToolCall[];
}

/** The text of one question while it grows. */
export class Speech implements Spoken {
  /** All before the newest words, and that without its last result. */
  #past = "";
  #before = "";
  answerText = "";
  tokens = 0;
  /** Whether it has ended. */
  done = false;
  readonly calls: ToolCall[] = [];

  constructor(
    private readonly names: readonly string[],
    private readonly tokenizer: Tokenizer,
  ) {}

  get text(): string {
    return this.#past + this.answerText;
  }

  /** Takes what was written since the last result, and what it cost. */
  say(words: string, tokens: number): void {
    this.answerText = words;
    this.tokens += tokens;
  }

  /** Takes what came of a call in the newest words; what stands after the call is dropped. */
  hear({ end }: FoundCall, call: ToolCall): void {
    this.#before = this.#past + this.answerText.slice(0, end);
    this.#past = this.#before + this.#shown(call.output);
    this.answerText = "";
    this.calls.push(call);
  }

  /** Ends the text with an error for a result. */
  refuse(found: FoundCall, why: string): void {
    const { tool, input } = found;
    this.hear(found, { tool, input, output: `[error] ${why}`, failed: true, seconds: 0 });
    this.done = true;
  }

  /** Ends the text with an error in place of its last result, which does not fit. */
  runOut(): void {
    const last = this.calls.pop()!;
    const output = `[error] no room is left in the model for this result of ${last.output.length} characters`;
    this.calls.push({ ...last, output, failed: true });
    this.#past = this.#before + this.#shown(output);
    this.done = true;
  }

  /** A result as the agent reads it. */
  #shown(output: string): string {
    return formatResult(withoutSpecials(output, this.tokenizer), this.names);
  }
}
