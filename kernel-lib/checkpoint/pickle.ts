/** A class or function that a pickle names; nothing of it is ever loaded. */
export interface Global {
  module: string;
  name: string;
}

/** What the reader of a pickle allows. */
export interface PickleRules {
  /** The value of calling a global; throws for one that is not allowed. */
  call(global: Global, args: readonly unknown[]): unknown;
  /** The value that a persistent id stands for. */
  persistent(id: unknown): unknown;
}

/** Marks where a list of arguments begins on the stack. */
const MARK = Symbol("mark");

/**
 * Reads a Python pickle (protocols 2 to 5) of plain values: numbers, text, lists, tuples, dictionaries, and what
 * `rules` make of anything else. Nothing is executed: a global is a name that only `rules.call` can give a meaning.
 * Dictionaries become Maps.
 *
 * @throws for an instruction that plain values do not need
 */
export function readPickle(bytes: Uint8Array, rules: PickleRules): unknown {
  return new PickleReader(bytes, rules).read();
}

class PickleReader {
  private readonly view: DataView;
  private at = 0;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly rules: PickleRules,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    for (;;) {
      const code = String.fromCharCode(this.byte());
      if (code === ".") return this.pop();
      const step = STEPS[code];
      if (!step) {
        throw new Error(`it has the pickle instruction ${JSON.stringify(code)}, which weights do not need`);
      }
      step(this);
    }
  }

  byte(): number {
    return this.bytesOf(1)[0]!;
  }

  number(width: 1 | 2 | 4 | 8): number {
    const from = this.at;
    this.bytesOf(width);
    if (width === 1) return this.view.getUint8(from);
    if (width === 2) return this.view.getUint16(from, true);
    if (width === 4) return this.view.getUint32(from, true);
    return Number(this.view.getBigUint64(from, true));
  }

  signed32(): number {
    return this.number(4) | 0;
  }

  /** Little-endian two's complement of any length. */
  long(width: number): number {
    const digits = this.bytesOf(width);
    let value = 0n;
    for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]!);
    if (width > 0 && digits[width - 1]! >= 128) value -= 1n << BigInt(8 * width);
    return Number(value);
  }

  float(): number {
    const from = this.at;
    this.bytesOf(8);
    return this.view.getFloat64(from, false);
  }

  text(length: number): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.bytesOf(length));
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new Error("its pickle is cut short");
    const line = this.text(end - this.at);
    this.at++;
    return line;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new Error("its pickle takes more values than it gave");
    return this.stack.pop();
  }

  top(): unknown {
    return this.stack.at(-1);
  }

  mark(): void {
    this.stack.push(MARK);
  }

  toMark(): unknown[] {
    const from = this.stack.lastIndexOf(MARK);
    if (from < 0) throw new Error("its pickle has a list without a beginning");
    return this.stack.splice(from).slice(1);
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  memoize(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new Error("its pickle refers to a value it has not given");
    this.push(this.memo.get(key));
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!Array.isArray(args) || !isGlobal(callee)) throw new Error("its pickle calls what is no function");
    this.push(this.rules.call(callee, args));
  }

  persistent(): void {
    this.push(this.rules.persistent(this.pop()));
  }

  setItems(items: readonly unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map)) throw new Error("its pickle sets entries of what is no dictionary");
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }

  append(items: readonly unknown[]): void {
    const target = this.top();
    if (!Array.isArray(target)) throw new Error("its pickle appends to what is no list");
    target.push(...items);
  }

  private bytesOf(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Error("its pickle is cut short");
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }
}

function isGlobal(value: unknown): value is Global {
  return typeof value === "object" && value !== null && "module" in value && "name" in value;
}

/** The instructions by their byte. */
const STEPS: Readonly<Record<string, (reader: PickleReader) => void>> = {
  "\x80": (r) => void r.byte(),
  "\x95": (r) => void r.number(8),
  "}": (r) => r.push(new Map()),
  ")": (r) => r.push([]),
  "]": (r) => r.push([]),
  "(": (r) => r.mark(),
  N: (r) => r.push(null),
  "\x88": (r) => r.push(true),
  "\x89": (r) => r.push(false),
  J: (r) => r.push(r.signed32()),
  K: (r) => r.push(r.number(1)),
  M: (r) => r.push(r.number(2)),
  "\x8a": (r) => r.push(r.long(r.byte())),
  G: (r) => r.push(r.float()),
  X: (r) => r.push(r.text(r.number(4))),
  "\x8c": (r) => r.push(r.text(r.number(1))),
  "\x8d": (r) => r.push(r.text(r.number(8))),
  q: (r) => r.remember(r.number(1)),
  r: (r) => r.remember(r.number(4)),
  "\x94": (r) => r.memoize(),
  h: (r) => r.recall(r.number(1)),
  j: (r) => r.recall(r.number(4)),
  c: (r) => r.push({ module: r.line(), name: r.line() }),
  "\x93": (r) => {
    const name = String(r.pop());
    r.push({ module: String(r.pop()), name });
  },
  R: (r) => r.reduce(),
  Q: (r) => r.persistent(),
  t: (r) => r.push(r.toMark()),
  "\x85": (r) => r.push([r.pop()]),
  "\x86": (r) => {
    const second = r.pop();
    r.push([r.pop(), second]);
  },
  "\x87": (r) => {
    const third = r.pop();
    const second = r.pop();
    r.push([r.pop(), second, third]);
  },
  s: (r) => {
    const value = r.pop();
    r.setItems([r.pop(), value]);
  },
  u: (r) => r.setItems(r.toMark()),
  a: (r) => r.append([r.pop()]),
  e: (r) => r.append(r.toMark()),
  // the attributes of an ordered dictionary: torch notes the versions of its modules there
  b: (r) => void r.pop(),
};
