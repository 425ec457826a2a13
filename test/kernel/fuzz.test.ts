import { describe, expect, it } from "vitest";
import { type Channel, type Frame, result, signed } from "./client";
import { useKernel } from "./fixture";
import { type Choose, chooser, damagedFrames, oddContent, oddValue, REQUESTS } from "./fuzzing";

const MESSAGES = 10_000;
const BATCH = 100;
const WARM = 2_000;
/** What the kernel may keep of 8,000 messages: history, variables and sources of the cells among them. */
const GROWTH_BYTES = 32 * 2 ** 20;

const bench = useKernel({}, { nodeArguments: ["--expose-gc"] });

/** The frames of one message that no front end would send; about two thirds are dropped, the others answered. */
function fuzzed(choose: Choose, sameId: string): Frame[] {
  const header = bench.kernel.header(choose.one(REQUESTS));
  const content = oddContent(choose, header.msg_type);
  const kind = choose.below(8);
  if (kind < 3) return damagedFrames(choose, signed([header, {}, {}, content]));
  if (kind === 3) {
    const fields = ["msg_id", "msg_type", "session", "username", "date", "version"];
    return signed([{ ...header, [choose.one(fields)]: oddValue(choose) }, {}, {}, content]);
  }
  if (kind === 4) {
    const parts: unknown[] = [header, {}, {}, content];
    parts[choose.below(4)] = oddValue(choose) ?? "";
    return signed(parts.map((part) => JSON.stringify(part)));
  }
  if (kind === 5) return signed([{ ...header, msg_id: sameId }, {}, {}, content]);
  return signed([header, {}, {}, content]);
}

/** Bytes in use after everything that can be thrown away has been. */
async function memory(): Promise<number> {
  const code = `(globalThis as any).gc();
const { heapUsed, external } = process.memoryUsage();
heapUsed + external`;
  return Number(result(await bench.kernel.execute(code)));
}

describe("ten thousand messages that no front end would send", () => {
  it("leave a kernel that answers the next valid request every time, and keeps no memory of them", async () => {
    const choose = chooser(20_261_122);
    let warm = Number.POSITIVE_INFINITY;
    for (let sent = 0; sent < MESSAGES; ) {
      for (let i = 0; i < BATCH; i++, sent++) {
        const channel: Channel = choose.below(3) === 0 ? "control" : "shell";
        await bench.kernel.sendFrames(fuzzed(choose, `same-${sent % 7}`), channel);
      }
      const { reply } = await bench.kernel.ask("kernel_info_request", {}, "control");
      expect(reply.status).toBe("ok");
      const exchange = await bench.kernel.execute(`${sent} + 1`);
      expect(exchange.reply, bench.kernel.log.slice(-500)).toMatchObject({ status: "ok" });
      expect(result(exchange)).toBe(String(sent + 1));
      bench.kernel.forget();
      if (sent === WARM) warm = await memory();
    }
    expect((await memory()) - warm).toBeLessThan(GROWTH_BYTES);
    expect(bench.kernel.child.exitCode).toBeNull();
  }, 600_000);
});
