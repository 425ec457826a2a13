import { readFile } from "node:fs/promises";
import { Codec } from "./message";

/** The connection file that Jupyter writes and whose path it puts on the kernel's command line. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  signature_scheme?: string;
  shell_port: number;
  iopub_port: number;
  stdin_port: number;
  control_port: number;
  hb_port: number;
}

export async function readConnection(file: string): Promise<Connection> {
  return JSON.parse(await readFile(file, "utf8")) as Connection;
}

export function address({ transport, ip }: Connection, port: number): string {
  return transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
}

export function codecOf({ key, signature_scheme }: Connection): Codec {
  return new Codec(key, signature_scheme?.replace(/^hmac-/, "") || "sha256");
}
