import type { BatchAnswers } from "../system/answer";
import type { SystemMedium } from "../system/system";
import type { Example, Task } from "../task/task";
import { type Answered, Evaluation } from "./evaluation";

/** Sums what batches cost and how they were answered, up to an {@link Evaluation}. */
export class Tally {
  readonly #answers: Answered[] = [];
  #tokens = 0;
  #latentSteps = 0;
  #seconds = 0;

  constructor(
    private readonly medium: SystemMedium,
    private readonly rounds: number,
  ) {}

  get accuracy(): number {
    return this.#answers.filter(({ correct }) => correct).length / Math.max(1, this.#answers.length);
  }

  add(task: Task, examples: readonly Example[], batch: BatchAnswers, seconds: number): void {
    this.#seconds += seconds;
    examples.forEach((example, b) => {
      const { text, calls = [] } = batch.byRound[this.rounds]![b]!;
      this.#tokens += batch.answerTokens[b]! + batch.messageTokens[b]!;
      this.#latentSteps += batch.latentSteps[b]!;
      this.#answers.push({
        id: example.id,
        text,
        correct: task.grade(text, example),
        roundsUsed: batch.roundsUsed[b]!,
        calls: calls.length,
        facts: example.facts ?? {},
      });
    });
  }

  finish(): Evaluation {
    const count = Math.max(1, this.#answers.length);
    return new Evaluation(
      this.medium,
      this.rounds,
      this.#answers,
      this.#seconds,
      this.#tokens / count,
      this.#latentSteps / count,
    );
  }
}
