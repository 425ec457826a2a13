/** What came of running a tool. */
export interface ToolOutput {
  text: string;
  /** Whether the program or the query went wrong; the text then says how. */
  failed: boolean;
}

/**
 * Something that an agent can call while it answers, by writing `<name>input</name>`.
 *
 * A tool never throws for what a program or a query did: the agent is told, and can try again. It throws an
 * `AbortedError` when its signal fires, and errors of its own set-up.
 *
 * @example
 * const clock: Tool = {
 *   name: "clock",
 *   description: "the time of a city",
 *   run: async (city) => ({ text: new Date().toLocaleString("en-GB", { timeZone: city }), failed: false }),
 * };
 */
export interface Tool {
  /** Also the tag that calls it: letters, digits, `-` and `_`. */
  readonly name: string;
  /** One line, for people and prompts. */
  readonly description: string;
  run(input: string, options?: { signal?: AbortSignal }): Promise<ToolOutput>;
  /** Frees what it holds, such as processes kept ready; it may be used again after, and then makes them anew. */
  dispose?(): Promise<void>;
}

/** One use of a tool while an answer was written. */
export interface ToolCall {
  tool: string;
  input: string;
  /** The result as the tool gave it, before it was cut for the agent. */
  output: string;
  failed: boolean;
  seconds: number;
}
