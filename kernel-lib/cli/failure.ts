/** A failure whose message is the whole story: what is wrong and what to do about it. Shown without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";

  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}
