import { Template } from "@huggingface/jinja";
import { shown } from "../engine/check";

/** One turn of a conversation. */
export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

/** What a template may ask for beside the messages. */
export interface ChatOptions {
  /** End with the opening of the assistant's turn. Default: true. */
  addGenerationPrompt?: boolean;
  /** Qwen3's switch between thinking aloud and answering at once. Default: false. */
  enableThinking?: boolean;
  /** Further variables by their name in the template, such as Llama's `date_string`. */
  variables?: Readonly<Record<string, unknown>>;
}

/** A model's chat template: turns messages into the one text that its tokenizer encodes. */
export interface ChatTemplate {
  /** The Jinja source. */
  readonly source: string;
  /**
   * Renders messages. A template that rejects the system role gets the system text at the head of the first user
   * turn instead, a blank line between them.
   *
   * @example template.render([{ role: "user", content: "2 + 2?" }], { enableThinking: false })
   */
  render(messages: readonly ChatMessage[], options?: ChatOptions): string;
}

/**
 * Compiles a Jinja chat template; `specials` are the token texts it may print (`bos_token`, `eos_token`, …).
 * Throws if the source is not Jinja.
 */
export function chatTemplate(source: string, specials: Readonly<Record<string, string>> = {}): ChatTemplate {
  const template = compile(source);
  return {
    source,
    render(messages, { addGenerationPrompt = true, enableThinking = false, variables = {} } = {}) {
      const render = (turns: readonly ChatMessage[]) =>
        template.render({
          ...specials,
          ...variables,
          messages: turns,
          add_generation_prompt: addGenerationPrompt,
          enable_thinking: enableThinking,
        });
      try {
        return render(messages);
      } catch (error) {
        const merged = mergeSystem(messages);
        if (!merged) throw explain(error);
        try {
          return render(merged);
        } catch {
          throw explain(error);
        }
      }
    },
  };
}

function compile(source: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    throw new Error(
      `the chat template ${shown(source)} is not Jinja: ${(error as Error).message}. ` +
        "Try the template as it came with the model.",
    );
  }
}

/** The system text joined to the first user turn; undefined if there is no such pair. */
function mergeSystem(messages: readonly ChatMessage[]): ChatMessage[] | undefined {
  const system = messages.find(({ role }) => role === "system");
  const user = messages.find(({ role }) => role === "user");
  if (!system || !user) return undefined;
  const joined = { ...user, content: `${system.content}\n\n${user.content}` };
  return messages.filter((turn) => turn !== system).map((turn) => (turn === user ? joined : turn));
}

function explain(error: unknown): Error {
  return new Error(
    `the chat template cannot render these messages: ${(error as Error).message}. ` +
      'Try roles in turns: "system" if any, then "user" and "assistant".',
  );
}
