import { createHash } from "node:crypto";
import type { Frame } from "./client";

/** Seeded choices: the same seed makes the same messages. */
export interface Choose {
  below(limit: number): number;
  one<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
}

/** Nothing that stops the kernel or a cell: a test of its own sends those. */
export const REQUESTS = [
  "execute_request",
  "execute_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_info_request",
  "kernel_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "input_reply",
  "execute_reply",
  "status",
  "no_such_request",
  "constructor",
] as const;

/** Choices by counting up under a hash, with the seed in front. */
export function chooser(seed: number): Choose {
  let count = 0;
  const next = () => createHash("sha256").update(`${seed} ${count++}`).digest();
  const below = (limit: number) => next().readUInt32LE() % limit;
  return {
    below,
    one: (list) => list[below(list.length)]!,
    bytes: (length) => Buffer.alloc(length, next()),
  };
}

/** A value of a kind that the protocol expects nowhere in particular. */
export function oddValue(choose: Choose): unknown {
  const values = [
    undefined,
    null,
    true,
    -1,
    0.5,
    1e9,
    1e308,
    "",
    "x",
    "\u0000\ud800",
    "-".repeat(2000),
    [],
    [[[]]],
    {},
    { __proto__: null, constructor: 1, toString: 2 },
    JSON.parse('{"__proto__": {"polluted": true}}'),
    { a: { b: { c: [null] } } },
    Array.from({ length: 50 }, (_, i) => i),
  ];
  return choose.one(values);
}

/** Content for a request, valid in most fields and odd in some; large or deep now and then. */
export function oddContent(choose: Choose, type: string): Record<string, unknown> {
  const content: Record<string, unknown> = {
    code: type === "execute_request" ? cell(choose) : source(choose),
    cursor_pos: choose.below(20),
    silent: choose.below(2) === 0,
    user_expressions: choose.below(10) === 0 ? { a: "1 +" } : {},
    hist_access_type: choose.one(["tail", "range", "search", "none"]),
    n: choose.below(5),
    session: 0,
    start: 0,
    stop: 3,
    pattern: choose.one(["*", "?", "[(", "**a*"]),
    comm_id: `comm ${choose.below(5)}`,
    target_name: "nobody",
    data: {},
  };
  const names = Object.keys(content);
  for (let odd = choose.below(3); odd > 0; odd--) content[choose.one(names)] = oddValue(choose);
  // A failing cell would rightly take the valid one with it that waits behind.
  return { ...content, stop_on_error: choose.one([false, false, 5, "no"]) };
}

/** Compiling is what costs: most cells never come to it. */
function cell(choose: Choose): unknown {
  const kind = choose.below(40);
  if (kind === 0) return "1 + 1";
  if (kind === 1) return "throw new Error('on purpose')";
  if (kind === 2) return source(choose);
  if (kind === 3) return "?nobody";
  return oddValue(choose) ?? 5;
}

function source(choose: Choose): string {
  const kind = choose.below(100);
  if (kind === 0) return `"${"x".repeat(100_000 * (1 + choose.below(10)))}"`;
  if (kind === 1) return "[".repeat(5_000 + choose.below(20_000));
  if (kind === 2) return choose.bytes(100_000).toString("latin1");
  return choose.one([
    "evalua",
    "'text'.toUpp",
    "const x: number = ",
    "`open",
    "?name",
    "😀",
    "\u0000",
    "a.b(",
  ]);
}

/** A message as an unreliable line, or somebody without the key, would deliver it. */
export function damagedFrames(choose: Choose, frames: readonly string[]): Frame[] {
  const damaged: Frame[] = [...frames];
  switch (choose.below(6)) {
    case 0:
      damaged[1] = choose.bytes(32).toString("hex");
      return damaged;
    case 1:
      return damaged.slice(0, 1 + choose.below(frames.length - 1));
    case 2:
      damaged.splice(choose.below(frames.length), 1);
      return damaged;
    case 3:
      damaged[choose.below(frames.length)] = choose.bytes(choose.below(300));
      return damaged;
    case 4:
      return Array.from({ length: 1 + choose.below(8) }, () => choose.bytes(choose.below(100)));
    default: {
      const at = 2 + choose.below(4);
      const part = Buffer.from(frames[at]!);
      if (part.length > 0) part[choose.below(part.length)]! ^= 1 + choose.below(255);
      damaged[at] = part;
      return damaged;
    }
  }
}
