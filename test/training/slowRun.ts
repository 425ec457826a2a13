// A run for the loop's test to kill: node -r test/support/requireTypeScript.cjs test/training/slowRun.ts <folder>
import { ready } from "../../kernel-lib/engine/backend";
import { descend } from "../../kernel-lib/training/loop";
import { REGRESSION_SETTINGS, regression, startOfRegression } from "./regression";

async function main(checkpoint: string): Promise<void> {
  await ready();
  const prepare = (step: number) => {
    pause();
    return regression.prepare(step);
  };
  const slow = { ...regression, prepare };
  const onProgress = ({ step }: { step: number }): void => void process.stdout.write(`${step}\n`);
  await descend(
    "slow",
    slow,
    startOfRegression(),
    REGRESSION_SETTINGS,
    { kind: "test" },
    {
      checkpoint,
      checkpointEvery: 3,
      onProgress,
    },
  );
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
}

void main(process.argv[2]!);
