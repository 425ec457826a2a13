import path from "node:path";
import { expect, it } from "vitest";
import { useKernel } from "./fixture";

const ROOT = path.join(__dirname, "..", "..");
// The sources of the library itself, in a kernel as it really is.
const bench = useKernel(
  {},
  { nodeArguments: ["-r", path.join(ROOT, "test", "support", "requireTypeScript.cjs")] },
);
const library = (module: string) => `require(${JSON.stringify(path.join(ROOT, "kernel-lib", module))})`;

it("keeps how far a loop came when it was stopped, in the one output that is saved", async () => {
  const cell = await bench.kernel.send("execute_request", {
    code: `const { withProgress } = ${library("engine/progress")};
const { breathe, signalOf } = ${library("engine/control")};
await withProgress({}, { label: "train", total: 100_000 }, async (report) => {
  for (let step = 1; step <= 100_000; step++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    report(step, { loss: 1 / step });
    await breathe(signalOf({}));
  }
});`,
  });
  const updates = () =>
    bench.kernel.published("update_display_data").filter(({ parent }) => parent.msg_id === cell);
  await bench.kernel.until(() => updates().length > 2, "a moving bar");
  await bench.kernel.ask("interrupt_request", {}, "control");
  const { reply, published } = await bench.kernel.outcome(cell);
  expect(reply.status).toBe("error");
  const outputs = published.filter(({ header }) => /display_data$/.test(header.msg_type));
  expect(new Set(outputs.map(({ content }) => content.transient.display_id)).size).toBe(1);
  expect(outputs.at(-1)!.content.data["text/plain"]).toMatch(
    /^train \[-{20}\] stopped at 0 %, .* loss 0\.\d+/,
  );
  expect(outputs.at(-1)!.content.data["text/html"]).toContain("stopped at 0 %");
});
