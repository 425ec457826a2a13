import { AbortedError } from "../engine/control";
import type { FoundCall } from "./tags";
import type { Tool, ToolCall, ToolOutput } from "./tool";

/** How many calls run at once: their processes share the machine with the model. */
const AT_ONCE = 4;

/**
 * Runs calls, some at a time, and gives what came of each in their order. When one is stopped the others end first.
 *
 * @throws AbortedError if the signal fires
 */
export async function runCalls(
  tools: readonly Tool[],
  calls: readonly FoundCall[],
  signal: AbortSignal | undefined,
): Promise<ToolCall[]> {
  const done: ToolCall[] = [];
  const waiting = calls.map((call, place) => ({ call, place }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      done[next.place] = await runCall(
        tools.find(({ name }) => name === next!.call.tool)!,
        next.call.input,
        signal,
      );
    }
  };
  const ended = await Promise.allSettled(calls.slice(0, AT_ONCE).map(work));
  const failed = ended.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return done;
}

async function runCall(tool: Tool, input: string, signal: AbortSignal | undefined): Promise<ToolCall> {
  if (signal?.aborted) throw new AbortedError("stopped on request; the tools were not called");
  const began = performance.now();
  const { text, failed } = await outputOf(tool, input, signal);
  return { tool: tool.name, input, output: text, failed, seconds: (performance.now() - began) / 1000 };
}

/** A tool of somebody's own may throw after all; the agent is told. */
async function outputOf(tool: Tool, input: string, signal: AbortSignal | undefined): Promise<ToolOutput> {
  try {
    const { text, failed } = await tool.run(input, { signal });
    return { text: String(text), failed: Boolean(failed) };
  } catch (error) {
    if (error instanceof AbortedError || signal?.aborted) throw error;
    return { text: `[error] ${error instanceof Error ? error.message : String(error)}`, failed: true };
  }
}
