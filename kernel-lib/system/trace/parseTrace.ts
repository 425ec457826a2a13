import { shown } from "../../engine/check";
import type { ToolCall } from "../rounds/report";
import type { Medium } from "../system";
import { type Heard, measured, type RawThought, type Reading, type TraceStep } from "./step";
import type { TracedAgent, TracedSystem, TraceParts } from "./trace";

/** The reading end of `saveTrace`: everything is looked at, and an error names the file and the place in it. */
export function parseTrace(text: string, path: string): TraceParts {
  const fail: Fail = (problem) => {
    throw new Error(`${path} is no saved trace: ${problem}. Try a file that saveTrace() wrote.`);
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return fail((error as Error).message);
  }
  const file = at(content, "", fail);
  const { format, kind } = file.record();
  if (kind !== "trace") fail(`its kind is ${shown(kind)}, not "trace"`);
  if (format !== 1) fail(`its format is ${shown(format)}, and this version reads 1`);
  const steps: TraceStep[] = [];
  for (const entry of file.field("steps").list()) steps.push(stepOf(entry, steps));
  return {
    id: file.field("id").text(),
    question: file.field("question").dictionary((value) => value.text()),
    gold: file.field("gold").text(),
    system: systemOf(file.field("system")),
    steps,
  };
}

type Fail = (problem: string) => never;

/** A value in the file that knows where it stands. */
interface Place {
  readonly value: unknown;
  field(name: string): Place;
  record(): Record<string, unknown>;
  list(): Place[];
  dictionary<T>(read: (value: Place) => T): Record<string, T>;
  text(): string;
  number(): number;
  flag(): boolean;
  fail(want: string): never;
}

function at(value: unknown, where: string, fail: Fail): Place {
  const wrong = (want: string): never => fail(`${where || "it"} is ${shown(value)}, not ${want}`);
  const inside = (key: string): string => (where ? `${where}.${key}` : key);
  const record = (): Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : wrong("an object");
  return {
    value,
    record,
    field: (name) => at(record()[name], inside(name), fail),
    list: () =>
      Array.isArray(value) ? value.map((item, i) => at(item, `${where}[${i}]`, fail)) : wrong("a list"),
    dictionary: (read) =>
      Object.fromEntries(
        Object.entries(record()).map(([key, item]) => [key, read(at(item, inside(key), fail))]),
      ),
    text: () => (typeof value === "string" ? value : wrong("a text")),
    // JSON writes a number that is none as null
    number: () => (value === null ? Number.NaN : typeof value === "number" ? value : wrong("a number")),
    flag: () => (typeof value === "boolean" ? value : wrong("true or false")),
    fail: wrong,
  };
}

function systemOf(system: Place): TracedSystem {
  const order = system.field("order").list();
  const agents = system.field("agents").dictionary(agentOf);
  for (const role of order) if (!(role.text() in agents)) role.fail("the role of one of its agents");
  return {
    style: system.field("style").text(),
    order: order.map((role) => role.text()),
    speaker: system.field("speaker").text(),
    medium: system.field("medium").value === "mixed" ? "mixed" : mediumOf(system.field("medium")),
    latentSteps: system.field("latentSteps").number(),
    agents,
  };
}

const agentOf = (agent: Place): TracedAgent => ({
  name: agent.field("name").text(),
  family: agent.field("family").text(),
  hiddenSize: agent.field("hiddenSize").number(),
});

function stepOf(step: Place, before: readonly TraceStep[]): TraceStep {
  const { thoughts, said, answer } = step.record();
  const [round, role] = [step.field("round").number(), step.field("role").text()];
  const last = before.findLast((other) => other.role === role && other.round === round - 1);
  return {
    round,
    role,
    prompt: step.field("prompt").text(),
    heard: step.field("heard").list().map(heardOf),
    ...(thoughts !== undefined && {
      thoughts: measured(step.field("thoughts").list().map(thoughtOf), last?.thoughts),
    }),
    ...(said !== undefined && { said: step.field("said").text() }),
    ...(answer !== undefined && { answer: step.field("answer").text() }),
    calls: step.field("calls").list().map(callOf),
    tokens: step.field("tokens").number(),
    seconds: step.field("seconds").number(),
  };
}

function mediumOf(medium: Place): Medium {
  const value = medium.text();
  return value === "latent" || value === "text" ? value : medium.fail('"latent" or "text"');
}

const heardOf = (heard: Place): Heard => ({
  slot: heard.field("slot").text(),
  from: heard.field("from").text(),
  round: heard.field("round").number(),
  medium: mediumOf(heard.field("medium")),
});

const readingOf = (reading: Place): Reading => ({
  token: reading.field("token").text(),
  probability: reading.field("probability").number(),
});

function thoughtOf(thought: Place): RawThought {
  const place = thought.field("vector");
  const bytes = Buffer.from(place.text(), "base64");
  if (bytes.length === 0 || bytes.length % 4 > 0) place.fail("float32 numbers in base64");
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  return { readings: thought.field("readings").list().map(readingOf), vector };
}

const callOf = (call: Place): ToolCall => ({
  tool: call.field("tool").text(),
  input: call.field("input").text(),
  output: call.field("output").text(),
  failed: call.field("failed").flag(),
  seconds: call.field("seconds").number(),
});
