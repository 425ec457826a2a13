import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPrompt } from "../../kernel-lib/agent/prompt";
import { type RawTensor, readSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { tf } from "../../kernel-lib/engine/tf";
import { loadSystem, type ReleasedName } from "../../kernel-lib/released";
import { answerBatch } from "../../kernel-lib/system/answer";
import { type LatentMail, latentTurn } from "../../kernel-lib/system/latentTurn";
import { type PreparedBatch, prepareBatch, releaseBatch } from "../../kernel-lib/system/prepare";
import { outbox } from "../../kernel-lib/system/rounds/mail";
import { readTurn } from "../../kernel-lib/system/rounds/readTurn";
import { edgeName } from "../../kernel-lib/system/style";
import type { RecursiveSystem } from "../../kernel-lib/system/system";
import { turns } from "../../kernel-lib/system/turns";
import { tensorsLeftBy } from "../support/tensors";

// What PyTorch says of these systems, running every prompt anew for every latent step: see make_released.py.
const ROOT = join(__dirname, "../fixtures/released");
const ROUNDS = [1, 2, 3];
const TOLERANCE = 1e-3;

interface Expected {
  questions: string[];
  latentSteps: number;
  maxNewTokens: number;
  /** By role and prompt, per question: ids and names of slots. */
  pieces: Record<string, Partial<Record<"opening" | "recurring", (number[] | string)[][]>>>;
  /** By number of rounds, per question. */
  answers: Record<string, { ids: number[]; text: string; stopped: boolean }[]>;
}

const NAMES: readonly ReleasedName[] = [
  "sequential-light",
  "sequential-scaled",
  "mixture",
  "distillation",
  "deliberation",
];

/** ‖actual − expected‖ / ‖expected‖ of the latent that is furthest off; latents are rows of the last axis. */
function furthest(actual: ArrayLike<number>, { data, shape }: RawTensor): number {
  expect(actual.length).toBe(data.length);
  const width = shape.at(-1)!;
  const ratios = Array.from({ length: data.length / width }, (_, row) => {
    let [off, size] = [0, 0];
    for (let i = row * width; i < (row + 1) * width; i++) {
      off += (actual[i]! - data[i]!) ** 2;
      size += data[i]! ** 2;
    }
    return Math.sqrt(off / size);
  });
  return Math.max(...ratios);
}

/** Raw thoughts and what each edge carries, by the names of the expected tensors. */
async function latentsOf(
  system: RecursiveSystem,
  batch: PreparedBatch,
  rounds: number,
): Promise<Record<string, Float32Array>> {
  const tensors = tf.tidy(() => {
    const seen: Record<string, tf.Tensor> = {};
    let mail: LatentMail = {};
    for (const turn of turns(system.style, [rounds])) {
      if (turn.outputs.length === 0) continue;
      const start = readTurn(batch, turn, mail);
      const { thoughts, sent } = latentTurn(system, system.links, batch, turn, start);
      mail = { ...mail, ...sent };
      seen[`h.${turn.round}.${turn.role}`] = thoughts;
      for (const edge of turn.outputs)
        seen[`edge.${turn.round}.${edgeName(edge)}`] = sent[outbox(edge, turn)]!;
    }
    return seen;
  });
  const entries = Object.entries(tensors).map(async ([name, tensor]) => [name, await tensor.data()]);
  const numbers = Object.fromEntries(await Promise.all(entries));
  tf.dispose(tensors);
  return numbers;
}

describe.each(NAMES)("%s, loaded from its released folders,", (name) => {
  let system: RecursiveSystem;
  let expected: Expected;
  let tensors: Record<string, RawTensor>;
  let batch: PreparedBatch;

  beforeAll(async () => {
    const root = join(ROOT, name);
    expected = JSON.parse(await readFile(join(root, "expected.json"), "utf8")) as Expected;
    tensors = await readSafetensors(join(root, "expected.safetensors"));
    const { latentSteps } = expected;
    system = await loadSystem(name, { root, prompts: join(root, "prompts.json"), latentSteps });
    batch = prepareBatch(
      system,
      expected.questions.map((question) => ({ question })),
    );
  });

  afterAll(() => {
    releaseBatch(batch);
    system.dispose();
    for (const agent of Object.values(system.agents)) agent.dispose();
  });

  test("cuts its prompts into the same tokens and slots", () => {
    for (const [role, prompts] of Object.entries(expected.pieces)) {
      for (const [kind, rows] of Object.entries(prompts)) {
        const given = system.style.edges.filter(({ to }) => to === role).map(({ slot }) => slot);
        const slots = kind === "opening" ? [] : given;
        for (const [b, question] of expected.questions.entries()) {
          const pieces = renderPrompt(system.agents[role]!, { question }, slots);
          const found = pieces.map((piece) => (piece.kind === "ids" ? piece.ids : piece.name));
          expect(found, `${role}, ${kind}, question ${b}`).toEqual(rows[b]);
        }
      }
    }
  });

  test.each(ROUNDS)("thinks and sends the same latents in a run of %d", async (rounds) => {
    const found = await latentsOf(system, batch, rounds);
    const speaks = `${rounds}.${system.style.speaker}`;
    const wanted = Object.keys(tensors).filter((key) => {
      const [, round, owner] = key.split(".");
      // in the last round the speaker answers, and hands nothing on
      return Number(round) <= rounds && `${round}.${owner!.split("-")[0]}` !== speaks;
    });
    expect(Object.keys(found).sort()).toEqual(wanted.sort());
    for (const key of wanted) expect(furthest(found[key]!, tensors[key]!), key).toBeLessThan(TOLERANCE);
  });

  test.each(ROUNDS)("says the same text after %d", async (rounds) => {
    const { maxNewTokens, latentSteps } = expected;
    const answers = expected.answers[rounds]!;
    const thought = new Map<string, ArrayLike<number>>();
    const given = await answerBatch(system, batch, {
      answerAt: [rounds],
      maxNewTokens,
      observe: async ({ turn, thoughts }) => {
        if (thoughts) thought.set(`h.${turn.round}.${turn.role}`, await thoughts.data());
      },
    });
    expect(given.byRound[rounds]).toEqual(
      answers.map(({ ids, text, stopped }) => ({ text, tokens: ids.length + (stopped ? 1 : 0) })),
    );
    const { tokenizer } = system.agents[system.style.speaker]!;
    expect(given.byRound[rounds]!.map(({ text }) => text)).toEqual(
      answers.map(({ ids }) => tokenizer.decode(ids)),
    );
    // every turn thinks, but the last one of the last round
    const thinking = rounds * system.style.order.length - 1;
    expect([thought.size, given.latentSteps]).toEqual([thinking, answers.map(() => thinking * latentSteps)]);
    for (const [key, states] of thought) expect(furthest(states, tensors[key]!), key).toBeLessThan(TOLERANCE);
  });

  test("says other text where its latents are lost", async () => {
    const { links } = system;
    const lost = tf.tidy(() =>
      Object.fromEntries(
        Object.entries(links.outer).map(([edge, link]) => [
          edge,
          Object.fromEntries(Object.entries(link).map(([key, tensor]) => [key, tf.zerosLike(tensor)])),
        ]),
      ),
    );
    const silent = system.clone();
    silent.replaceLinks({ inner: silent.links.inner, outer: lost });
    const { maxNewTokens } = expected;
    const { byRound } = await answerBatch(silent, batch, { answerAt: ROUNDS, maxNewTokens });
    for (const rounds of ROUNDS) {
      const texts = byRound[rounds]!.map(({ text }) => text);
      expect(texts, `${rounds}`).not.toEqual(expected.answers[rounds]!.map(({ text }) => text));
    }
    silent.dispose();
  });

  test("leaves no tensor behind a run", async () => {
    const { maxNewTokens } = expected;
    expect(await tensorsLeftBy(() => answerBatch(system, batch, { answerAt: ROUNDS, maxNewTokens }))).toBe(0);
  });
});
