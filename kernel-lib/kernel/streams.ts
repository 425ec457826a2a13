import { StringDecoder } from "node:string_decoder";
import type { CellScope } from "./cell";

type Write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown) => boolean;

/** Sends what is written to stdout and stderr to the cell that wrote it; before the first cell, to the terminal. */
export function routeStreams(scope: CellScope): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const terminal = stream.write.bind(stream) as Write;
    const decoder = new StringDecoder("utf8");
    const write: Write = (chunk, encoding, done) => {
      const cell = scope.current;
      if (!cell) return terminal(chunk, encoding, done);
      const text = typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
      if (text !== "") cell.write(name, text);
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback as () => void);
      return true;
    };
    stream.write = write as typeof stream.write;
  }
}
