import { expect, it } from "vitest";
import { parseCount } from "../../kernel-lib/cli/count";
import { CliError } from "../../kernel-lib/cli/failure";

it("reads a whole number", () => {
  expect(parseCount("--steps", "120")).toBe(120);
});

it.each(["0", "-1", "1.5", "many", ""])('refuses "%s" and says what to try', (text) => {
  const problem = `--steps is "${text}"; it must be a whole number of at least 1. Try --steps 10.`;
  expect(() => parseCount("--steps", text)).toThrow(new CliError(problem));
});
