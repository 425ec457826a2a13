import { type Content, isObject, type Message } from "./message";

/** What a field of a request may hold; `undefined` and `null` stand for its default unless it is required. */
interface Field {
  wanted: string;
  fits: (value: unknown) => boolean;
  required?: boolean;
}

const text: Field = { wanted: "text", fits: (value) => typeof value === "string" };
const flag: Field = { wanted: "true or false", fits: (value) => typeof value === "boolean" };
const whole: Field = { wanted: "a whole number", fits: Number.isSafeInteger };
const count: Field = {
  wanted: "a whole number, at least 0",
  fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};
const object: Field = { wanted: "an object", fits: isObject };
const texts: Field = {
  wanted: "an object of texts",
  fits: (value) => isObject(value) && Object.values(value).every((one) => typeof one === "string"),
};
const access: Field = {
  wanted: '"tail", "range" or "search"',
  fits: (value) => ["tail", "range", "search"].includes(value as string),
};
const required = (field: Field): Field => ({ ...field, required: true });

const FIELDS: Record<string, Record<string, Field>> = {
  execute_request: {
    code: required(text),
    silent: flag,
    store_history: flag,
    user_expressions: texts,
    allow_stdin: flag,
    stop_on_error: flag,
  },
  complete_request: { code: required(text), cursor_pos: whole },
  inspect_request: { code: required(text), cursor_pos: whole, detail_level: count },
  is_complete_request: { code: required(text) },
  history_request: {
    hist_access_type: required(access),
    output: flag,
    raw: flag,
    unique: flag,
    session: whole,
    start: whole,
    stop: whole,
    n: count,
    pattern: text,
  },
  comm_info_request: { target_name: text },
  comm_open: { comm_id: required(text), target_name: required(text), data: object },
  comm_msg: { comm_id: required(text), data: object },
  comm_close: { comm_id: required(text), data: object },
};

/**
 * The content of a request without fields that are null.
 *
 * @throws TypeError naming the field that is missing or of the wrong type
 */
export function readContent({ header, content }: Message): Content {
  const fields = new Map(Object.entries(FIELDS[header.msg_type] ?? {}));
  for (const [name, { wanted, fits, required }] of fields) {
    const value = content[name];
    const isAbsent = value === undefined || value === null;
    if (isAbsent ? required : !fits(value)) {
      throw new TypeError(`"${name}" of ${header.msg_type} has to be ${wanted}, not ${shorten(value)}`);
    }
  }
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}

/** Front ends show it: neither a tree of any depth nor a megabyte of text belongs there. */
function shorten(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const words = JSON.stringify(value) ?? "absent";
  return words.length > 40 ? `${words.slice(0, 40)}…` : words;
}
