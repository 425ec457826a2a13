import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export type Content = Record<string, unknown>;

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** One message of the Jupyter protocol. */
export interface Message {
  /** The routing prefix: whom a router socket must answer, or the topic of a published message. */
  identities: Uint8Array[];
  header: Header;
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
  buffers: Uint8Array[];
}

/** What came is of no use; it is dropped, logged, and the kernel lives. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

/** 5.4 is the version that brought `iopub_welcome`. */
export const PROTOCOL_VERSION = "5.4";

const DELIMITER = Buffer.from("<IDS|MSG>");
const NAMES = ["header", "parent header", "metadata", "content"];
const PARTS = NAMES.length;

/** Signs and checks messages with the key of one connection file. */
export class Codec {
  constructor(
    private readonly key: string,
    private readonly hash = "sha256",
  ) {}

  /** @throws when the frames are no message, or were not signed with this key */
  decode(frames: readonly Uint8Array[]): Message {
    const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
    const parts = frames.slice(delimiter + 2, delimiter + 2 + PARTS);
    if (delimiter < 0 || parts.length < PARTS) throw new MessageError("message dropped: frames are missing");
    const signature = Buffer.from(frames[delimiter + 1]!);
    const wanted = Buffer.from(this.sign(parts));
    if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) {
      throw new MessageError("message dropped: its signature does not fit the key of this kernel");
    }
    const [header, parent, metadata, content] = parts.map((part, i) => parse(part, NAMES[i]!));
    return {
      identities: frames.slice(0, delimiter),
      header: readHeader(header!),
      parent: parent!,
      metadata: metadata!,
      content: content!,
      buffers: frames.slice(delimiter + 2 + PARTS),
    };
  }

  /**
   * The frames to send. Text stays text: zeromq copies strings, but lends buffers to its own thread, and a process
   * that ends while one is lent corrupts its heap.
   */
  encode(message: Message): (string | Uint8Array)[] {
    const parts = [message.header, message.parent, message.metadata, message.content].map((part) =>
      JSON.stringify(part, plain),
    );
    return [...message.identities, DELIMITER, this.sign(parts), ...parts, ...message.buffers];
  }

  /** An empty key means that messages are not signed. */
  private sign(parts: readonly (string | Uint8Array)[]): string {
    if (this.key === "") return "";
    const hmac = createHmac(this.hash, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}

function parse(part: Uint8Array, name: string): Content {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part).toString());
  } catch {
    throw new MessageError(`message dropped: its ${name} is no JSON`);
  }
  if (!isObject(value)) throw new MessageError(`message dropped: its ${name} is not an object`);
  return value;
}

/** Headers are sent back as parents: what a front end added stays, unless it could be a tree of any depth. */
function readHeader(given: Content): Header {
  const plain = Object.entries(given).filter(([, value]) => typeof value !== "object" || value === null);
  const header = Object.fromEntries(plain);
  for (const field of ["msg_id", "msg_type"]) {
    if (typeof header[field] !== "string" || header[field] === "") {
      throw new MessageError(`message dropped: its header has no ${field}`);
    }
  }
  for (const field of ["session", "username", "date", "version"]) {
    if (given[field] !== undefined && typeof given[field] !== "string") {
      throw new MessageError(`message dropped: ${field} of its header is not text`);
    }
  }
  return header as unknown as Header;
}

/** Whether JSON text gave an object, as opposed to a list or a plain value. */
export function isObject(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What may go with the content of a message. */
export interface Extras {
  metadata?: Content;
  buffers?: readonly Uint8Array[];
}

/** A new message of `type`, caused by `parent` when there is one. */
export function compose(
  options: Extras & {
    type: string;
    content: Content;
    session: string;
    parent?: Partial<Header>;
    identities?: Uint8Array[];
  },
): Message {
  const { type, content, session, parent = {}, identities = [], metadata = {}, buffers = [] } = options;
  return {
    identities,
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session,
      username: parent.username ?? "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    },
    parent,
    metadata,
    content,
    // Copies: the sender may write into its memory again before zeromq has read it.
    buffers: buffers.map((buffer) => new Uint8Array(buffer)),
  };
}

// JSON has no big integers; their digits are the closest thing to show.
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
