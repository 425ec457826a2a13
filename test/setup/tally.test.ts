import { expect, it } from "vitest";
import { countNotebooks, countPython, countUnits, sum } from "../../kernel-lib/setup/tally.mjs";

const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) });

it("takes vitest's own numbers", () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 2,
    testResults: [file("passed", 5), file("failed", 4)],
  };
  expect(countUnits(1, JSON.stringify(report))).toEqual({ passed: 7, failed: 2 });
});

it("counts a test file that does not load as a failure", () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 0,
    testResults: [file("passed", 7), file("failed", 0)],
  };
  expect(countUnits(1, JSON.stringify(report))).toEqual({ passed: 7, failed: 1 });
});

it("counts an error outside any test as a failure", () => {
  const report = { numPassedTests: 7, numFailedTests: 0, testResults: [file("passed", 7)] };
  expect(countUnits(1, JSON.stringify(report))).toEqual({ passed: 7, failed: 1 });
});

it("counts a stage that reports nothing as a failure, whatever its exit code", () => {
  expect(countUnits(0, "")).toEqual({ passed: 0, failed: 1 });
  expect(countNotebooks(0, "")).toEqual({ passed: 0, failed: 1 });
});

it("counts notebooks one by one", () => {
  const report = JSON.stringify({ notebooks: [{ ok: true }, { ok: false }, { ok: true }] });
  expect(countNotebooks(1, report)).toEqual({ passed: 2, failed: 1 });
});

it("counts Python tests, and one that is skipped or cannot start as failed", () => {
  const report = (counts: string) =>
    `<?xml version="1.0"?><testsuites><testsuite name="pytest" ${counts} time="1.5"><testcase/></testsuite></testsuites>`;
  expect(countPython(0, report('errors="0" failures="0" skipped="0" tests="12"'))).toEqual({
    passed: 12,
    failed: 0,
  });
  expect(countPython(1, report('errors="1" failures="2" skipped="3" tests="12"'))).toEqual({
    passed: 6,
    failed: 6,
  });
  expect(countPython(1, report('errors="0" failures="0" skipped="0" tests="12"')).failed).toBe(1);
  expect(countPython(4, "")).toEqual({ passed: 0, failed: 1 });
});

it("adds everything up", () => {
  const counts = [
    { passed: 1, failed: 0 },
    { passed: 40, failed: 2 },
  ];
  expect(sum(counts)).toEqual({ passed: 41, failed: 2 });
});
