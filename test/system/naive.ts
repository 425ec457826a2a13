import type { Agent } from "../../kernel-lib/agent/agent";
import type { Question } from "../../kernel-lib/agent/prompt";
import { tf } from "../../kernel-lib/engine/tf";
import { applyInnerLink } from "../../kernel-lib/link/innerLink";
import { applyOuterLink } from "../../kernel-lib/link/outerLink";
import { embed, forward, logits } from "../../kernel-lib/model/transformer";
import type { RecursiveSystem } from "../../kernel-lib/system/system";

/** What a naive run of one question gives. */
export interface NaiveRun {
  /** By "round role": the raw states of the rollout, `[1, m, d]`. */
  thoughts: Record<string, tf.Tensor3D>;
  /** By round: scores of the answer's first token, `[vocab]`. */
  scores: Record<number, Float32Array>;
  /** By round. */
  answers: Record<number, { text: string; tokens: number }>;
}

/** What a naive run in words gives. */
export interface NaiveTextRun {
  said: Record<string, string>;
  answers: Record<number, { text: string; tokens: number }>;
  messageTokens: number;
}

/**
 * The latent rounds of the sequential style, written out as the released code does them: one question at a time, no
 * cache and no padding, the whole sequence run again for every latent step and every token.
 */
export async function naiveLatent(
  system: RecursiveSystem,
  question: Question,
  rounds: number,
  maxNewTokens: number,
): Promise<NaiveRun> {
  const { links, latentSteps, composition } = system;
  const agent = (role: string): Agent => system.agents[role]!;
  const run: NaiveRun = { thoughts: {}, scores: {}, answers: {} };

  const send = (from: string, to: string, states: tf.Tensor3D): tf.Tensor3D => {
    const carried = composition === "outer(h)" ? states : applyInnerLink(links.inner[from]!, states);
    return applyOuterLink(links.outer[`${from}-${to}`]!, carried);
  };
  const rollout = (role: string, round: number, prompt: tf.Tensor3D): tf.Tensor3D => {
    let sequence = prompt;
    const states: tf.Tensor3D[] = [];
    for (let step = 0; step < latentSteps; step++) {
      const state = lastState(agent(role), sequence);
      states.push(state);
      sequence = tf.concat([sequence, applyInnerLink(links.inner[role]!, state)], 1);
    }
    const thoughts = tf.concat(states, 1);
    run.thoughts[`${round} ${role}`] = thoughts;
    return thoughts;
  };

  let feedback: tf.Tensor3D | undefined;
  for (let round = 1; round <= rounds; round++) {
    const plan = send(
      "planner",
      "critic",
      rollout("planner", round, prompt(agent("planner"), question, feedback)),
    );
    const refined = send(
      "critic",
      "solver",
      rollout("critic", round, prompt(agent("critic"), question, plan)),
    );
    const last = prompt(agent("solver"), question, refined);
    run.scores[round] = (await logits(
      agent("solver").model,
      lastState(agent("solver"), last),
    ).data()) as Float32Array;
    run.answers[round] = await decode(agent("solver"), last, maxNewTokens);
    if (round < rounds) feedback = send("solver", "planner", rollout("solver", round, last));
  }
  return run;
}

/** The same rounds with decoded text in the slots. */
export async function naiveText(
  system: RecursiveSystem,
  question: Question,
  rounds: number,
  maxNewTokens: number,
): Promise<NaiveTextRun> {
  const run: NaiveTextRun = { said: {}, answers: {}, messageTokens: 0 };
  let heard: string | undefined;
  for (let round = 1; round <= rounds; round++) {
    for (const role of ["planner", "critic", "solver"]) {
      const agent = system.agents[role]!;
      const start = prompt(agent, question, heard === undefined ? undefined : wordsOf(agent, heard));
      if (role === "solver") run.answers[round] = await decode(agent, start, maxNewTokens);
      if (role === "solver" && round === rounds) break;
      const message = await decode(agent, start, system.maxMessageTokens);
      run.said[`${round} ${role}`] = message.text;
      run.messageTokens += message.tokens;
      heard = message.text;
    }
  }
  return run;
}

/** What a naive run over any graph gives, each turn under "round role". */
export interface NaiveGraphRun {
  thoughts: Record<string, tf.Tensor3D>;
  said: Record<string, { text: string; tokens: number }>;
  /** By round: scores of the answer's first token, `[vocab]`. */
  scores: Record<number, Float32Array>;
  answers: Record<number, { text: string; tokens: number }>;
}

/**
 * The rounds of any style, every agent in every round, one question at a time, no cache, no padding; `media` says what
 * each edge carries.
 */
export async function naiveGraph(
  system: RecursiveSystem,
  question: Question,
  { rounds, maxNewTokens, media }: { rounds: number; maxNewTokens: number; media: Record<string, string> },
): Promise<NaiveGraphRun> {
  const { style, links, latentSteps, composition, maxMessageTokens } = system;
  const run: NaiveGraphRun = { thoughts: {}, said: {}, scores: {}, answers: {} };
  for (let round = 1; round <= rounds; round++) {
    for (const role of style.order) {
      const agent = system.agents[role]!;
      const heard: Record<string, tf.Tensor3D> = {};
      for (const { from, to, slot, feedback } of style.edges) {
        if (to !== role || (feedback && round === 1)) continue;
        const sent = `${feedback ? round - 1 : round} ${from}`;
        if (media[`${from}-${to}`] === "text") heard[slot] = wordsOf(agent, run.said[sent]!.text);
        else {
          const states = run.thoughts[sent]!;
          const carried = composition === "outer(h)" ? states : applyInnerLink(links.inner[from]!, states);
          heard[slot] = applyOuterLink(links.outer[`${from}-${to}`]!, carried);
        }
      }
      const later = style.edges.some(({ to, feedback }) => to === role && feedback);
      const { opening, recurring } = agent.prompts;
      const start = filled(agent, later && round === 1 ? opening! : recurring, question, heard);
      if (role === style.speaker) {
        const scores = logits(agent.model, lastState(agent, start));
        run.scores[round] = (await scores.data()) as Float32Array;
        run.answers[round] = await decode(agent, start, maxNewTokens);
      }
      run.said[`${round} ${role}`] = await decode(agent, start, maxMessageTokens);
      const states = [lastState(agent, start)];
      let sequence = start;
      for (let step = 1; step < latentSteps; step++) {
        sequence = tf.concat([sequence, applyInnerLink(links.inner[role]!, states.at(-1)!)], 1);
        states.push(lastState(agent, sequence));
      }
      run.thoughts[`${round} ${role}`] = tf.concat(states, 1);
    }
  }
  return run;
}

/** Embeddings of a prompt, each slot replaced by what was heard. */
function filled(
  agent: Agent,
  template: string,
  question: Question,
  heard: Record<string, tf.Tensor3D>,
): tf.Tensor3D {
  const begin = agent.model.config.family === "llama" ? "<|begin_of_text|> " : "";
  const text = begin + template.replaceAll(/\{\{ (\w+) \}\}/g, (_, field: string) => question[field]!);
  // between texts stand the names of slots
  const parts = text.split(/<<(\w+)>>/).flatMap((part, i) => {
    if (i % 2 === 1) return [heard[part]!];
    const ids = agent.tokenizer.encode(part);
    return ids.length > 0 ? [embed(agent.model, [ids])] : [];
  });
  return tf.concat(parts, 1);
}

/** Embeddings of a whole prompt, what was heard spliced in; without it, the opening prompt. */
function prompt(agent: Agent, question: Question, heard: tf.Tensor3D | undefined): tf.Tensor3D {
  const { opening, recurring } = agent.prompts;
  const begin = agent.model.config.family === "llama" ? "<|begin_of_text|> " : "";
  const template = heard === undefined ? opening! : recurring;
  const text = begin + template.replaceAll(/\{\{ (\w+) \}\}/g, (_, field: string) => question[field]!);
  const [before, after] = text.split(/<<\w+>>/).map((part) => agent.tokenizer.encode(part));
  const parts = [
    ...(before!.length ? [embed(agent.model, [before!])] : []),
    ...(heard ? [heard] : []),
    ...(after?.length ? [embed(agent.model, [after])] : []),
  ];
  return tf.concat(parts, 1);
}

/** A message as its receiver reads it; silence is read as the end of a turn. */
function wordsOf(agent: Agent, message: string): tf.Tensor3D {
  const ids = agent.tokenizer.encode(message);
  return embed(agent.model, [ids.length > 0 ? ids : [agent.stopIds[0]!]]);
}

function lastState({ model }: Agent, sequence: tf.Tensor3D): tf.Tensor3D {
  const { hidden } = forward(model, sequence);
  return hidden.slice([0, hidden.shape[1] - 1, 0], [1, 1, -1]);
}

/** Greedy: the likeliest token, appended, until the end token or the limit. */
async function decode(
  agent: Agent,
  start: tf.Tensor3D,
  maxNewTokens: number,
): Promise<{ text: string; tokens: number }> {
  const ids: number[] = [];
  let sequence = start;
  for (let tokens = 1; tokens <= maxNewTokens; tokens++) {
    const scores = [...(await logits(agent.model, lastState(agent, sequence)).data())];
    const best = scores.indexOf(Math.max(...scores));
    if (agent.stopIds.includes(best)) return { text: agent.tokenizer.decode(ids), tokens };
    ids.push(best);
    sequence = tf.concat([sequence, embed(agent.model, [[best]])], 1);
  }
  return { text: agent.tokenizer.decode(ids), tokens: maxNewTokens };
}
