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

/** 5.4 is the version that brought `iopub_welcome`. */
export const PROTOCOL_VERSION = "5.4";

const DELIMITER = Buffer.from("<IDS|MSG>");
const PARTS = 4;

/** Signs and checks messages with the key of one connection file. */
export class Codec {
  constructor(
    private readonly key: string,
    private readonly hash = "sha256",
  ) {}

  /** Throws when the frames are no message, or were not signed with this key. */
  decode(frames: readonly Uint8Array[]): Message {
    const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
    const parts = frames.slice(delimiter + 2, delimiter + 2 + PARTS);
    if (delimiter < 0 || parts.length < PARTS) throw new Error("not a Jupyter message: frames are missing");
    const signature = Buffer.from(frames[delimiter + 1]!);
    const wanted = Buffer.from(this.sign(parts));
    if (signature.length !== wanted.length || !timingSafeEqual(signature, wanted)) {
      throw new Error("message dropped: its signature does not fit the key of this kernel");
    }
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(Buffer.from(part).toString()));
    return {
      identities: frames.slice(0, delimiter),
      header,
      parent,
      metadata,
      content,
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

/** A new message of `type`, caused by `parent` when there is one. */
export function compose(options: {
  type: string;
  content: Content;
  session: string;
  parent?: Partial<Header>;
  identities?: Uint8Array[];
  metadata?: Content;
}): Message {
  const { type, content, session, parent = {}, identities = [], metadata = {} } = options;
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
    buffers: [],
  };
}

// JSON has no big integers; their digits are the closest thing to show.
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
