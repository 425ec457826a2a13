import { describe, expect, it } from "vitest";
import { result } from "./client";
import { useKernel } from "./fixture";

const bench = useKernel();

describe("stopping", () => {
  const press = {
    SIGINT: async () => void bench.kernel.child.kill("SIGINT"),
    interrupt_request: async () => {
      const { reply } = await bench.kernel.ask("interrupt_request", {}, "control");
      expect(reply.status).toBe("ok");
    },
  };

  // Node loses a signal that comes just when the part of a cell before its first await ends.
  const AWAITING = "await new Promise((r) => setTimeout(r, 20)); console.log('go');";

  /** Starts a cell and waits until it has printed "go". */
  async function start(code: string): Promise<string> {
    const id = await bench.kernel.send("execute_request", { code });
    const goes = () => bench.kernel.published("stream").some(({ parent }) => parent.msg_id === id);
    await bench.kernel.until(goes, "the cell to go");
    return id;
  }

  it.each(["SIGINT", "interrupt_request"] as const)("%s lets a loop end with what it has", async (way) => {
    const id = await start(`${AWAITING} await count(1000)`);
    await press[way]();
    const exchange = await bench.kernel.outcome(id);
    expect(result(exchange)).toMatch(/^\{ counted: \d+, stopped: true \}$/);
    expect(result(await bench.kernel.execute("'alive'"))).toBe("'alive'");
  });

  it.each(["SIGINT", "interrupt_request"] as const)("%s breaks a cell that never awaits", async (way) => {
    await bench.kernel.execute("let kept = 'kept';");
    const id = await start("console.log('go'); while (true);");
    await press[way]();
    const { reply } = await bench.kernel.outcome(id);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(result(await bench.kernel.execute("kept"))).toBe("'kept'");
  });

  it("ends a cell that takes no notice of its signal", async () => {
    const id = await start(`${AWAITING} await new Promise(() => {})`);
    await press.SIGINT();
    const { reply } = await bench.kernel.outcome(id);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(result(await bench.kernel.execute("'alive'"))).toBe("'alive'");
  });

  it("reaches work that went on behind its cell", async () => {
    await bench.kernel.execute("const signalOfThen = cellSignal(); 0");
    expect(result(await bench.kernel.execute("signalOfThen.aborted"))).toBe("false");
    await press.interrupt_request();
    expect(result(await bench.kernel.execute("signalOfThen.aborted"))).toBe("true");
  });

  it("does no harm between cells", async () => {
    await press.SIGINT();
    expect(result(await bench.kernel.execute("cellSignal().aborted"))).toBe("false");
  });
});
