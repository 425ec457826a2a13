import type { Content } from "./message";

/** [session, line number, input, output] */
type Entry = [session: number, line: number, input: string, output: string | null];

/** Session 0 of the history protocol is "the current one"; entries report it by its own number. */
const SESSION = 1;

/** What was run in this session; answers `history_request`. */
export class History {
  private readonly entries: Entry[] = [];

  add(line: number, input: string): void {
    this.entries.push([SESSION, line, input, null]);
  }

  setOutput(line: number, output: string): void {
    const entry = this.entries.find((one) => one[1] === line);
    if (entry) entry[3] = output;
  }

  answer(request: Content): Content {
    const history = this.select(request).map(([session, line, input, output]) =>
      request.output ? [session, line, [input, output]] : [session, line, input],
    );
    return { status: "ok", history };
  }

  private select(request: Content): Entry[] {
    const { n } = request;
    const newest = (entries: Entry[]) =>
      typeof n === "number" ? entries.slice(Math.max(0, entries.length - n)) : entries;
    switch (request.hist_access_type) {
      case "tail":
        return newest(this.entries);
      case "range":
        return this.range(request);
      case "search": {
        const pattern = glob(String(request.pattern ?? "*"));
        const found = this.entries.filter(([, , input]) => pattern.test(input));
        return newest(request.unique ? lastOfEach(found) : found);
      }
      default:
        return [];
    }
  }

  private range({ session, start, stop }: Content): Entry[] {
    if (session !== 0 && session !== SESSION) return [];
    const first = typeof start === "number" ? start : 0;
    const end = typeof stop === "number" ? stop : Number.POSITIVE_INFINITY;
    return this.entries.filter(([, line]) => line >= first && line < end);
  }
}

function lastOfEach(entries: Entry[]): Entry[] {
  return entries.filter(([, , input], i) => !entries.slice(i + 1).some((later) => later[2] === input));
}

/** `*` and `?` as in file names, over the whole input. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}
