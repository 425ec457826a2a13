import { expect, it } from "vitest";
import { notebookEnvironment, parseParameters } from "../../kernel-lib/cli/reproduce";

it("tells the notebook its parameters through the environment", () => {
  expect(notebookEnvironment({ PATH: "/bin" }, { quick: true, fresh: true, out: "/runs" })).toEqual({
    PATH: "/bin",
    RECURSIVEMAS_OUT: "/runs",
    RECURSIVEMAS_QUICK: "1",
    RECURSIVEMAS_FRESH: "1",
  });
});

it("leaves out what was not asked for", () => {
  expect(notebookEnvironment({}, { out: "/runs" })).toEqual({ RECURSIVEMAS_OUT: "/runs" });
});

it("reads numbers, lists and switches as such, and everything else as text", () => {
  expect(parseParameters(["steps=10", "rounds=[1, 2]", "text=true", "name=a=b", "empty="])).toEqual({
    steps: 10,
    rounds: [1, 2],
    text: true,
    name: "a=b",
    empty: "",
  });
});

it("hands parameters over as one JSON object, or not at all", () => {
  const env = notebookEnvironment({}, { out: "/runs", parameters: { steps: 10 } });
  expect(env.RECURSIVEMAS_PARAMS).toBe('{"steps":10}');
  expect(notebookEnvironment({}, { out: "/runs", parameters: {} })).not.toHaveProperty("RECURSIVEMAS_PARAMS");
});

it("says what a parameter looks like", () => {
  expect(() => parseParameters(["steps"])).toThrow(
    '--param is "steps"; it must be name=value. Try --param steps=10.',
  );
});
