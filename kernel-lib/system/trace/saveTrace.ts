import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../../checkpoint/atomic";
import { shown } from "../../engine/check";
import { parseTrace } from "./parseTrace";
import type { TraceStep } from "./step";
import { Trace } from "./trace";

/** What reads a trace must know the form of. */
const FORMAT = 1;

/**
 * Saves a trace as one JSON file; vectors are float32, little-endian, in base64.
 *
 * @throws if the file cannot be written
 * @example await saveTrace(await trace(mas, task.test[0]), "traces/first.json")
 */
export async function saveTrace(trace: Trace, path: string): Promise<void> {
  if (!(trace instanceof Trace)) {
    const found = Array.isArray(trace) ? "a list" : shown(trace);
    throw new TypeError(`what is to be saved is ${found}, not a trace. Try saveTrace(await trace(…), path).`);
  }
  checkPath("saveTrace", path);
  const { id, question, gold, system } = trace;
  const content = {
    format: FORMAT,
    kind: "trace",
    id,
    question,
    gold,
    system,
    steps: trace.steps.map(stored),
  };
  await writeFileAtomic(path, `${JSON.stringify(content, null, 1)}\n`);
}

/**
 * Reads a trace that {@link saveTrace} wrote; it shows itself as the first one did.
 *
 * @throws if there is no such file, or it is damaged or of another form; the error says where
 * @example const first = await loadTrace("traces/first.json")
 */
export async function loadTrace(path: string): Promise<Trace> {
  checkPath("loadTrace", path);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be read (${error.code}). Try the path of a file that saveTrace() wrote.`);
  });
  return new Trace(parseTrace(text, path));
}

function checkPath(call: string, path: unknown): void {
  if (typeof path === "string" && path !== "") return;
  throw new TypeError(
    `${call}() was given the path ${shown(path)}. Try a file's name, such as "trace.json".`,
  );
}

/** Norms and cosines are left out: they follow from the vectors. */
function stored(step: TraceStep): object {
  if (!step.thoughts) return step;
  return {
    ...step,
    thoughts: step.thoughts.map(({ readings, vector }) => ({ readings, vector: encoded(vector) })),
  };
}

function encoded(vector: Float32Array): string {
  const bytes = Buffer.alloc(4 * vector.length);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, 4 * i);
  return bytes.toString("base64");
}
