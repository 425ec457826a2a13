// Adds up what the stages of `npm test` report.

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * @param {number} code exit code of vitest
 * @param {string} report its JSON report, "" when it wrote none
 * @returns {Count}
 */
export function countUnits(code, report) {
  if (!report) return { passed: 0, failed: 1 };
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(report);
  // A file that does not load has no test that could fail.
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  return { passed: numPassedTests, failed: orOne(numFailedTests + broken, code) };
}

/**
 * @param {number} code exit code of `recursivemas reproduce`
 * @param {string} report its summary.json, "" when it wrote none
 * @returns {Count}
 */
export function countNotebooks(code, report) {
  if (!report) return { passed: 0, failed: 1 };
  /** @type {{ notebooks: { ok: boolean }[] }} */
  const { notebooks } = JSON.parse(report);
  const passed = notebooks.filter((notebook) => notebook.ok).length;
  return { passed, failed: orOne(notebooks.length - passed, code) };
}

/**
 * @param {number} code exit code of pytest
 * @param {string} report its JUnit report, "" when it wrote none
 * @returns {Count} a skipped test counts as failed: whatever it was to show is not shown
 */
export function countPython(code, report) {
  const [suite] = /<testsuite [^>]*>/.exec(report) ?? [];
  if (!suite) return { passed: 0, failed: 1 };
  const [tests, errors, failures, skipped] = ["tests", "errors", "failures", "skipped"].map((name) =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0),
  );
  const failed = Number(errors) + Number(failures) + Number(skipped);
  return { passed: Number(tests) - failed, failed: orOne(failed, code) };
}

/** @param {readonly Count[]} counts @returns {Count} */
export function sum(counts) {
  return counts.reduce((a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed }), {
    passed: 0,
    failed: 0,
  });
}

/** A stage that failed without naming a failure (an error outside any test) still counts. */
/** @param {number} failed @param {number} code @returns {number} */
function orOne(failed, code) {
  return failed === 0 && code !== 0 ? 1 : failed;
}
