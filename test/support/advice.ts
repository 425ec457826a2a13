import { runInThisContext } from "node:vm";
import { expect } from "vitest";

/** The message of the error that `call` throws or rejects with; fails if it does neither. */
export async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return (error as Error).message;
  }
  return expect.fail("it should have failed");
}

/** Holds a message against the house rule: it names what was given, and its last sentence begins with "Try". */
export function expectAdvice(message: string, given: string | RegExp): void {
  expect(message).toMatch(given);
  expect(message.split(/(?<=[.;]) +/).at(-1)).toMatch(/^Try \S.*\.$/);
}

/** The settings that a message says to try: `… Try steps: 200, or leave it out.` gives `{ steps: 200 }`. */
export function settingsIn(message: string): Record<string, unknown> {
  const [, settings] = / Try (\w+: .+?)(?:, or .*)?\.$/.exec(message) ?? [];
  return runInThisContext(`({ ${settings} })`) as Record<string, unknown>;
}
