import { afterAll, beforeAll, expect, test } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { sequential } from "../../kernel-lib/system/styles";
import type { Example } from "../../kernel-lib/task/task";
import { trainOuter } from "../../kernel-lib/training/outer";
import { disposeAgents, EXAMPLES, tinyAgents } from "../support/tinySystem";

beforeAll(() => ready());

const agents = tinyAgents();
afterAll(() => disposeAgents({ agents }));

async function lossesOn(examples: readonly Example[]): Promise<readonly number[]> {
  const system = await sequential(agents);
  const { losses } = await trainOuter(system, examples, { rounds: 1, steps: 2, batchSize: 3 });
  system.dispose();
  return losses;
}

test("a target is taught in place of the answer, which is still what counts as right", async () => {
  const called = EXAMPLES.map((example) => ({ ...example, target: `go ${example.answer}` }));
  const answered = EXAMPLES.map((example) => ({ ...example, answer: `go ${example.answer}` }));
  expect(await lossesOn(called)).toEqual(await lossesOn(answered));
  expect(await lossesOn(called)).not.toEqual(await lossesOn(EXAMPLES));
});

test("an empty target is refused by its example", async () => {
  await expect(lossesOn([{ ...EXAMPLES[0]!, target: "" }])).rejects.toThrow(
    'the target of example three is empty, and "solver" learns at least a word.',
  );
});
