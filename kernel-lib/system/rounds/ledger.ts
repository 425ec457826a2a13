import type { Utterance } from "./report";

/** Answers by round, and what each question cost on the way. */
export interface BatchAnswers {
  /**
   * By round of `answerAt`, then by question. A question that ended early has its last answer at every round from
   * there on.
   */
  byRound: Readonly<Record<number, readonly Utterance[]>>;
  /** Per question: tokens of all messages between agents. */
  messageTokens: readonly number[];
  /** Per question: tokens of all answers that were decoded, at whichever round. */
  answerTokens: readonly number[];
  /** Per question: latent thoughts of all turns. */
  latentSteps: readonly number[];
  /** Per question: the round of its last answer. */
  roundsUsed: readonly number[];
}

/** Keeps account of a batch while its rounds run. */
export class Ledger implements BatchAnswers {
  readonly byRound: Record<number, Utterance[]>;
  readonly messageTokens: number[];
  readonly answerTokens: number[];
  readonly latentSteps: number[];
  readonly roundsUsed: number[];

  constructor(
    size: number,
    private readonly answerAt: readonly number[],
  ) {
    const zeros = (): number[] => new Array<number>(size).fill(0);
    this.byRound = Object.fromEntries(answerAt.map((round) => [round, []]));
    this.messageTokens = zeros();
    this.answerTokens = zeros();
    this.latentSteps = zeros();
    this.roundsUsed = zeros();
  }

  /** `questions[i]` answered `answers[i]`; where this is not a round of `answerAt`, it only costs. */
  answered(round: number, questions: readonly number[], answers: readonly Utterance[]): void {
    questions.forEach((question, i) => {
      this.answerTokens[question]! += answers[i]!.tokens;
      this.roundsUsed[question] = round;
      if (this.byRound[round]) this.byRound[round][question] = answers[i]!;
    });
  }

  /** `questions[i]` ends with `answers[i]`, which stands for all rounds to come. */
  ended(round: number, questions: readonly number[], answers: readonly Utterance[]): void {
    for (const later of this.answerAt.filter((at) => at >= round)) {
      questions.forEach((question, i) => {
        this.byRound[later]![question] = answers[i]!;
      });
    }
  }

  said(questions: readonly number[], messages: readonly Utterance[]): void {
    questions.forEach((question, i) => {
      this.messageTokens[question]! += messages[i]!.tokens;
    });
  }

  thought(questions: readonly number[], steps: number): void {
    for (const question of questions) this.latentSteps[question]! += steps;
  }
}
