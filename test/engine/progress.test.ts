import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type MimeBundle, setKernelBridge } from "../../kernel-lib/engine/bridge";
import type { Progress } from "../../kernel-lib/engine/control";
import { progressReporter } from "../../kernel-lib/engine/progress";
import { duration, sparkline } from "../../kernel-lib/engine/progressText";

interface Sent {
  data: MimeBundle;
  options?: { displayId?: string; update?: boolean };
}

let sent: Sent[] = [];
const enterNotebook = () =>
  setKernelBridge({
    display: (data, options) => void sent.push({ data, options }),
    signal: new AbortController().signal,
  });
const plain = (index: number) => sent.at(index)?.data["text/plain"];

beforeEach(() => {
  sent = [];
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  setKernelBridge(undefined);
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a bar changes at most ten times a second and always shows the end", () => {
  enterNotebook();
  const report = progressReporter({}, "warm start", 1000);
  for (let step = 1; step <= 1000; step++) {
    vi.advanceTimersByTime(1);
    report(step, { loss: 1 / step });
  }
  expect(sent).toHaveLength(11); // the empty bar, nine changes within the second, the end
  expect(plain(-1)).toMatch(/^warm start \[#{20}\] 100 %, 1 s, loss 0\.001 ./);
});

test("the last state is sent even when it follows at once", () => {
  enterNotebook();
  const report = progressReporter({}, "test", 2);
  report(1);
  report(2);
  expect(sent.map(({ data }) => data["text/plain"])).toEqual([
    "test [--------------------] 0 %, 0 s",
    "test [####################] 100 %, 0 s",
  ]);
});

test("one display is shown and then updated", () => {
  enterNotebook();
  const report = progressReporter({}, "test", 4);
  vi.advanceTimersByTime(6000);
  report(2, { loss: 0.41 });
  const [first, second] = sent;
  expect(first?.options).toEqual({ displayId: expect.any(String) });
  expect(second?.options).toEqual({ displayId: first?.options?.displayId, update: true });
  expect(second?.data["text/plain"]).toBe("test [##########----------] 50 %, 6 s, ETA 6 s, loss 0.41");
  expect(second?.data["text/html"]).toContain('<progress value="2" max="4"');
});

test("labels are escaped in the page", () => {
  enterNotebook();
  progressReporter({}, "a < b", 1);
  expect(sent[0]?.data["text/html"]).toContain("a &lt; b");
});

test("onProgress gets every report and no bar is drawn", () => {
  enterNotebook();
  const seen: Progress[] = [];
  const report = progressReporter({ onProgress: (progress) => seen.push(progress) }, "train", 2);
  report(1, { loss: 0.5 });
  report(2);
  expect(seen).toEqual([
    { label: "train", step: 1, total: 2, metrics: { loss: 0.5 } },
    { label: "train", step: 2, total: 2 },
  ]);
  expect(sent).toEqual([]);
});

test("null is silence, and so is the world outside a notebook", () => {
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  progressReporter({}, "train", 1)(1);
  enterNotebook();
  progressReporter({ onProgress: null }, "train", 1)(1);
  expect(sent).toEqual([]);
  expect(stderr).not.toHaveBeenCalled();
});

test("RECURSIVEMAS_PROGRESS=text writes a line per tenth", () => {
  const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "text");
  const report = progressReporter({}, "train", 200);
  for (let step = 1; step <= 200; step++) report(step);
  expect(stderr.mock.calls.map(([line]) => String(line).match(/(\d+) %/)?.[1])).toEqual([
    "10",
    "20",
    "30",
    "40",
    "50",
    "60",
    "70",
    "80",
    "90",
    "100",
  ]);
});

test("RECURSIVEMAS_PROGRESS=none silences a notebook, and a misspelling is an error", () => {
  enterNotebook();
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "none");
  progressReporter({}, "train", 1)(1);
  expect(sent).toEqual([]);
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "htlm");
  expect(() => progressReporter({}, "train", 1)).toThrow(/"htlm"; it can be none, text, html/);
});

test("a sparkline falls with the values and averages what does not fit", () => {
  expect(sparkline([8, 7, 6, 5, 4, 3, 2, 1], 8)).toBe("█▇▆▅▄▃▂▁");
  expect(sparkline([4, 2, 1, 1], 2)).toBe("█▁");
  expect(sparkline([3, 3], 8)).toBe("▁▁");
});

test.each([
  [4.21, "4.2 s"],
  [9.97, "10 s"],
  [59.6, "1 min 0 s"],
  [725, "12 min 5 s"],
  [12_000, "3 h 20 min"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
