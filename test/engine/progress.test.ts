import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type MimeBundle, setKernelBridge } from "../../kernel-lib/engine/bridge";
import { AbortedError, type LoopControl, type Progress } from "../../kernel-lib/engine/control";
import { type LoopLabel, withProgress } from "../../kernel-lib/engine/progress";
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

/** Runs a loop that takes `ms` before each of its reports. */
const run = (
  control: LoopControl,
  loop: LoopLabel,
  steps: readonly number[],
  { ms = 0, metrics }: { ms?: number; metrics?: (step: number) => Record<string, number> } = {},
) =>
  withProgress(control, loop, async (report) => {
    for (const step of steps) {
      vi.advanceTimersByTime(ms);
      report(step, metrics?.(step));
    }
  });
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const told = (stderr: { mock: { calls: unknown[][] } }) => stderr.mock.calls.map(([line]) => String(line));
const listen = () => vi.spyOn(process.stderr, "write").mockReturnValue(true);

describe("a bar in a notebook", () => {
  beforeEach(enterNotebook);

  test("changes at most ten times a second and always shows the end", async () => {
    const loop = { label: "warm start", total: 1000 };
    await run({}, loop, upTo(1000), { ms: 1, metrics: (step) => ({ loss: 1 / step }) });
    expect(sent).toHaveLength(11); // the empty bar, nine changes within the second, the end
    expect(plain(-1)).toMatch(/^warm start \[#{20}\] 100 %, 1 s, loss 0\.001 ./);
  });

  test("sends the last state even when it follows at once", async () => {
    await run({}, { label: "test", total: 2 }, [1, 2]);
    expect(sent.map(({ data }) => data["text/plain"])).toEqual([
      "test [--------------------] 0 %, 0 s",
      "test [####################] 100 %, 0 s",
    ]);
  });

  test("is one display, shown and then updated", async () => {
    await withProgress({}, { label: "test", total: 4 }, async (report) => {
      vi.advanceTimersByTime(6000);
      report(2, { loss: 0.41 });
      const [first, second] = sent;
      expect(first?.options).toEqual({ displayId: expect.any(String) });
      expect(second?.options).toEqual({ displayId: first?.options?.displayId, update: true });
      expect(second?.data["text/plain"]).toBe("test [##########----------] 50 %, 6 s, ETA 6 s, loss 0.41");
      expect(second?.data["text/html"]).toContain('<progress value="2" max="4"');
    });
  });

  test("escapes its label", async () => {
    await run({}, { label: "a < b", total: 1 }, []);
    expect(sent[0]?.data["text/html"]).toContain("a &lt; b");
  });

  test("says where the loop was stopped, and what it had", async () => {
    const stopped = withProgress({}, { label: "train", total: 10 }, async (report) => {
      vi.advanceTimersByTime(2000);
      report(3, { loss: 0.5 });
      report(4, { loss: 0.25 }); // too soon after the last to be shown by itself
      throw new AbortedError("stopped", "what was finished");
    });
    await expect(stopped).rejects.toMatchObject({ partial: "what was finished" });
    expect(plain(-1)).toMatch(/^train \[########------------\] stopped at 40 %, 2 s, loss 0.25 /);
    expect(sent.at(-1)?.data["text/html"]).toContain('<progress value="4" max="10"');
    expect(sent.at(-1)?.data["text/html"]).toContain("stopped at 40 %");
  });

  test("calls a loop stopped whatever it threw, when its signal had fired", async () => {
    const controller = new AbortController();
    const stopped = withProgress({ signal: controller.signal }, { label: "train", total: 10 }, async () => {
      controller.abort();
      throw new TypeError("fetch failed");
    });
    await expect(stopped).rejects.toThrow("fetch failed");
    expect(plain(-1)).toBe("train [--------------------] stopped at 0 %, 0 s");
  });

  test("says where the loop failed", async () => {
    const failed = withProgress({}, { label: "train", total: 10 }, async (report) => {
      report(9);
      throw new Error("diverged");
    });
    await expect(failed).rejects.toThrow("diverged");
    expect(plain(-1)).toBe("train [##################--] failed at 90 %, 0 s");
  });

  test("is full when an earlier run had done everything", async () => {
    await run({}, { label: "train", total: 10, from: 10 }, []);
    expect(sent.map(({ data }) => data["text/plain"])).toEqual(["train [####################] 100 %, 0 s"]);
    await run({}, { label: "test", total: 10 }, []);
    expect(plain(-1)).toBe("test [####################] 100 %, 0 s");
  });

  test("reckons the time left from the steps of this run alone", async () => {
    await withProgress({}, { label: "train", total: 10, from: 6 }, async (report) => {
      expect(plain(-1)).toBe("train [############--------] 60 %, 0 s");
      vi.advanceTimersByTime(2000);
      report(8);
      expect(plain(-1)).toBe("train [################----] 80 %, 2 s, ETA 2 s");
    });
  });

  test("belongs to its loop alone, be it inside another or beside it", async () => {
    await withProgress({}, { label: "outer", total: 2 }, async (report) => {
      await Promise.all([
        run({}, { label: "left", total: 2 }, [1, 2]),
        run({}, { label: "right", total: 2 }, [1, 2]),
      ]);
      report(2);
    });
    const shown = new Map<unknown, unknown>();
    for (const { data, options } of sent) shown.set(options?.displayId, data["text/plain"]);
    const full = (label: string) => `${label} [####################] 100 %, 0 s`;
    expect([...shown.values()]).toEqual(["outer", "left", "right"].map(full));
  });

  test("gives back what the loop gave", async () => {
    expect(await withProgress({}, { label: "test", total: 1 }, async () => 42)).toBe(42);
  });
});

test("onProgress gets every report and no bar is drawn", async () => {
  enterNotebook();
  const seen: Progress[] = [];
  await withProgress(
    { onProgress: (progress) => seen.push(progress) },
    { label: "train", total: 2 },
    async (report) => {
      report(1, { loss: 0.5 });
      report(2);
    },
  );
  expect(seen).toEqual([
    { label: "train", step: 1, total: 2, metrics: { loss: 0.5 } },
    { label: "train", step: 2, total: 2 },
  ]);
  expect(sent).toEqual([]);
});

test("null is silence", async () => {
  const stderr = listen();
  enterNotebook();
  await run({ onProgress: null }, { label: "train", total: 10 }, upTo(10), { ms: 10_000 });
  expect(sent).toEqual([]);
  expect(stderr).not.toHaveBeenCalled();
});

describe("outside a notebook", () => {
  test("a short loop says nothing", async () => {
    const stderr = listen();
    await run({}, { label: "train", total: 10 }, upTo(10), { ms: 400 });
    expect(stderr).not.toHaveBeenCalled();
  });

  test("a long loop says a line per tenth once it has taken five seconds", async () => {
    const stderr = listen();
    await run({}, { label: "train", total: 1000 }, upTo(1000), { ms: 10 });
    expect(told(stderr).map((line) => line.match(/(\d+) %/)?.[1])).toEqual([
      "50",
      "60",
      "70",
      "80",
      "90",
      "100",
    ]);
    expect(told(stderr)[0]).toBe("train [##########----------] 50 %, 5 s, ETA 5 s\n");
  });

  test("a long loop says where it was stopped", async () => {
    const stderr = listen();
    const stopped = withProgress({}, { label: "train", total: 10 }, async (report) => {
      vi.advanceTimersByTime(6000);
      report(4);
      throw new AbortedError("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(told(stderr).at(-1)).toBe("train [########------------] stopped at 40 %, 6 s\n");
  });

  test("html draws no bar, for there is no page", async () => {
    const stderr = listen();
    vi.stubEnv("RECURSIVEMAS_PROGRESS", "html");
    await run({}, { label: "train", total: 10 }, upTo(10), { ms: 10_000 });
    expect(stderr).not.toHaveBeenCalled();
  });
});

test("RECURSIVEMAS_PROGRESS=text writes a line per tenth from the start, also in a notebook", async () => {
  const stderr = listen();
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "text");
  enterNotebook();
  await run({}, { label: "train", total: 200 }, upTo(200));
  expect(told(stderr).map((line) => line.match(/(\d+) %/)?.[1])).toEqual([
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
  expect(sent).toEqual([]);
});

test("RECURSIVEMAS_PROGRESS=none silences every place, and a misspelling is an error", async () => {
  const stderr = listen();
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "none");
  await run({}, { label: "train", total: 10 }, upTo(10), { ms: 10_000 });
  enterNotebook();
  await run({}, { label: "train", total: 1 }, [1]);
  expect(sent).toEqual([]);
  expect(stderr).not.toHaveBeenCalled();
  vi.stubEnv("RECURSIVEMAS_PROGRESS", "htlm");
  await expect(run({}, { label: "train", total: 1 }, [1])).rejects.toThrow(
    /"htlm"; it can be none, text, html/,
  );
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
