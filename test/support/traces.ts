import type { Style } from "../../kernel-lib/system/style";
import type { Medium } from "../../kernel-lib/system/system";
import { Trace, type TraceParts, type TraceStep } from "../../kernel-lib/system/trace";
import { measured, type RawThought } from "../../kernel-lib/system/trace/step";
import { turns } from "../../kernel-lib/system/turns";

const thought = (token: string, vector: number[]): RawThought => ({
  readings: [
    { token, probability: 0.75 },
    { token: "<|im_end|>", probability: 0.25 },
  ],
  vector: Float32Array.from(vector),
});

const PLAN = [thought("b", [3, 4]), thought("a", [0, 2])];
const STEP = { heard: [], calls: [], tokens: 0, seconds: 0.002 };
const back = { slot: "feedback", from: "toolcaller", round: 1 };

/** Two rounds of deliberation, written out: latents one way, latents and words the other, a tool that fails once. */
export const STEPS: readonly TraceStep[] = [
  { ...STEP, round: 1, role: "reflector", prompt: "Think: 6 * 7", thoughts: measured(PLAN) },
  {
    ...STEP,
    round: 1,
    role: "toolcaller",
    prompt: "Solve: 6 * 7 «reflection ← reflector: 2 thoughts, b · a»",
    heard: [{ slot: "reflection", from: "reflector", round: 1, medium: "latent" }],
    thoughts: measured([thought("6", [1, 0, 0])]),
    said: "I <ask> Python",
    calls: [
      { tool: "python", input: "6 x 7", output: "SyntaxError: invalid syntax", failed: true, seconds: 0.5 },
      { tool: "python", input: "print(6 * 7)", output: "42\n", failed: false, seconds: 0.25 },
    ],
    tokens: 5,
  },
  {
    ...STEP,
    round: 2,
    role: "reflector",
    prompt: "Again: 6 * 7 «feedback ← toolcaller: I <ask> Python»",
    heard: [{ ...back, medium: "text" }],
    thoughts: measured([thought("b", [4, 3]), thought("c", [-2, 0])], PLAN),
  },
  {
    ...STEP,
    round: 2,
    role: "toolcaller",
    prompt: "Solve: 6 * 7 «reflection ← reflector: 2 thoughts, b · c»",
    heard: [{ slot: "reflection", from: "reflector", round: 2, medium: "latent" }],
    answer: "42 & no more",
    calls: [{ tool: "wikipedia", input: "6 times 7", output: "42", failed: false, seconds: 12 }],
    tokens: 4,
    seconds: 0.02,
  },
];

/** A trace of {@link STEPS}, or of others. */
export const traceOf = (parts: Partial<TraceParts> = {}): Trace =>
  new Trace({
    id: "six-by-seven",
    question: { problem: "6 * 7" },
    gold: "42",
    steps: STEPS,
    system: {
      style: "deliberation",
      order: ["reflector", "toolcaller"],
      speaker: "toolcaller",
      medium: "mixed",
      latentSteps: 2,
      agents: {
        reflector: { name: "small", family: "qwen3", hiddenSize: 2 },
        toolcaller: { name: "smaller", family: "llama", hiddenSize: 3 },
      },
    },
    ...parts,
  });

/** A trace as a style would leave it, every turn with the same thought; the speaker answers at the end. */
export function traceOfStyle(style: Style, rounds: number, medium: Medium = "latent"): Trace {
  const agent = { name: "tiny", family: "qwen3", hiddenSize: 2 };
  const steps = [...turns(style, [rounds])].map(({ round, role, inputs, answers }): TraceStep => {
    const heard = inputs.map(({ slot, from, feedback }) => ({
      slot,
      from,
      round: feedback ? round - 1 : round,
      medium,
    }));
    const message =
      medium === "text" ? { said: "go on" } : { thoughts: measured([thought("on", [round, 1])]) };
    return { ...STEP, round, role, prompt: "Go.", heard, ...(answers ? { answer: "on" } : message) };
  });
  const { name, order, speaker } = style;
  const agents = Object.fromEntries(order.map((role) => [role, agent]));
  return traceOf({ steps, system: { style: name, order, speaker, medium, latentSteps: 1, agents } });
}
