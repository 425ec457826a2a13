import { type PreparedBatch, releaseBatch } from "../prepare";
import { type Mail, releaseMail } from "./mail";
import { pick, selectMail, selectQuestions } from "./selectQuestions";

/** The questions of a batch that are still worked on, and the mail between their agents. */
export class Rows {
  mail: Mail = {};
  #batch: PreparedBatch;
  #questions: readonly number[];

  /** @param whole stays the caller's, however few of its questions are left */
  constructor(private readonly whole: PreparedBatch) {
    this.#batch = whole;
    this.#questions = Array.from({ length: whole.size }, (_, b) => b);
  }

  get batch(): PreparedBatch {
    return this.#batch;
  }

  /** By row, the question's place in the whole batch. */
  get questions(): readonly number[] {
    return this.#questions;
  }

  /** Goes on with some rows only, by their places among the present ones. */
  keep(places: readonly number[]): void {
    const some = places.length > 0;
    const batch = some ? selectQuestions(this.#batch, places) : this.whole;
    const mail = some ? selectMail(this.mail, places) : {};
    this.release();
    this.#batch = batch;
    this.mail = mail;
    this.#questions = pick(this.#questions, places);
  }

  /** Frees the mail, and what was selected. */
  release(): void {
    if (this.#batch !== this.whole) releaseBatch(this.#batch);
    releaseMail(this.mail);
    this.#batch = this.whole;
    this.mail = {};
  }
}
