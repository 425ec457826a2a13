import { Agent } from "../../kernel-lib/agent/agent";
import type { Question } from "../../kernel-lib/agent/prompt";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { SMALL_SEQUENTIAL, smallConfig, smallTokenizer } from "../../kernel-lib/experiment/smallAgents";
import type { ModelConfig } from "../../kernel-lib/model/config";
import { initializeWeights } from "../../kernel-lib/model/initialize";
import { flattenLinks } from "../../kernel-lib/system/links";
import { sequential } from "../../kernel-lib/system/styles/sequential";
import type { RecursiveSystem, SystemOptions } from "../../kernel-lib/system/system";
import type { Example } from "../../kernel-lib/task/task";

export type Role = "planner" | "critic" | "solver";

// three widths, one and two layers, grouped queries in one: no two agents could be mistaken for each other
const SHAPES: Record<Role, Partial<ModelConfig>> = {
  planner: { hiddenSize: 8, intermediateSize: 16, layers: 2, heads: 2, kvHeads: 2, headDim: 4 },
  critic: { hiddenSize: 12, intermediateSize: 16, layers: 1, heads: 3, kvHeads: 1, headDim: 4 },
  solver: { hiddenSize: 6, intermediateSize: 12, layers: 2, heads: 3, kvHeads: 3, headDim: 2 },
};

/** Random agents of 8, 12 and 6 numbers per state, with the words and prompts of the shipped ones. */
export function tinyAgents({ maxPositions = 64 }: { maxPositions?: number } = {}): Record<Role, Agent> {
  const agents = SMALL_SEQUENTIAL.map((recipe): [string, Agent] => {
    const { role, prompts } = recipe;
    const { tokenizer } = smallTokenizer(recipe);
    const config = { ...smallConfig(recipe, tokenizer.vocabSize), ...SHAPES[role as Role], maxPositions };
    const weights = initializeWeights(config, random("tiny", role), { embeddingScale: 0.7 });
    const model = { config, weights };
    return [role, new Agent({ name: role, model, tokenizer, stopIds: [tokenizer.eosId!], prompts })];
  });
  return Object.fromEntries(agents) as Record<Role, Agent>;
}

/** The same agent with one number of its weights changed. */
export function nearly(agent: Agent): Agent {
  const { config, weights } = agent.model;
  const name = "model.norm.weight";
  const changed = tf.tidy(() => tf.add(weights[name]!, tf.oneHot(0, config.hiddenSize)));
  return new Agent({ ...agent, model: { config, weights: { ...weights, [name]: changed } } });
}

export function tinySystem(options: SystemOptions = {}): Promise<RecursiveSystem> {
  return sequential(tinyAgents(), options);
}

export function disposeAgents({ agents }: Pick<RecursiveSystem, "agents">): void {
  for (const agent of Object.values(agents)) agent.dispose();
}

/** Forests of three, two and five nodes, so that no two prompts are equally long. */
export const QUESTIONS: readonly Question[] = [
  { forest: "b a ; a a ; c b ;", start: "c" },
  { forest: "d e ; e e ;", start: "d" },
  { forest: "h g ; g f ; f f ; k h ; l l ;", start: "k" },
];

const hop = (child: string, parent: string): string => `${parent} is parent of ${child} , go ${parent}`;

/** The questions with their answers and two rounds of gold messages, written out by hand. */
export const EXAMPLES: readonly Example[] = [
  {
    id: "three",
    question: QUESTIONS[0]!,
    answer: "a",
    messages: [
      { planner: hop("c", "b"), critic: hop("b", "a"), solver: hop("a", "a") },
      { planner: hop("a", "a"), critic: hop("a", "a"), solver: hop("a", "a") },
    ],
    facts: { depth: 2 },
  },
  {
    id: "two",
    question: QUESTIONS[1]!,
    answer: "e",
    messages: [
      { planner: hop("d", "e"), critic: hop("e", "e"), solver: hop("e", "e") },
      { planner: hop("e", "e"), critic: hop("e", "e"), solver: hop("e", "e") },
    ],
    facts: { depth: 1 },
  },
  {
    id: "five",
    question: QUESTIONS[2]!,
    answer: "f",
    messages: [
      { planner: hop("k", "h"), critic: hop("h", "g"), solver: hop("g", "f") },
      { planner: hop("f", "f"), critic: hop("f", "f"), solver: hop("f", "f") },
    ],
    facts: { depth: 3 },
  },
];

/** The numbers of tensors by name, copied. */
export async function numbersOf(
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, number[]>> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => [name, [...(await tensor.data())]]);
  return Object.fromEntries(await Promise.all(entries));
}

/** The numbers of a system's links by flat name, copied. */
export const linkNumbers = (system: RecursiveSystem): Promise<Record<string, number[]>> =>
  numbersOf(flattenLinks(system.links));
