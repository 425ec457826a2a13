import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { openRivals } from "../../../kernel-lib/cli/kernelBench/rivals";
import { packageRoot } from "../../../kernel-lib/engine/packageRoot";

describe("openRivals", () => {
  it("puts both kernels into one folder, where the library and the types of Node are installed", async () => {
    const { ours, stock, close } = await openRivals();
    const { folder } = ours;
    expect(stock.folder).toBe(folder);
    expect(realpathSync(path.join(folder, "node_modules", "recursivemas"))).toBe(realpathSync(packageRoot()));
    expect(existsSync(path.join(folder, "node_modules", "@types", "node", "index.d.ts"))).toBe(true);
    expect(ours.argv).toContain("{connection_file}");
    expect(stock.argv).toContain("{connection_file}");
    expect(existsSync(stock.argv[1]!)).toBe(true);
    await close();
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(packageRoot())).toBe(true);
  });
});
