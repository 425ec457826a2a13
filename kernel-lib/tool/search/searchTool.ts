import { checkCount, checkOptions, checkPositive, shown } from "../../engine/check";
import { AbortedError } from "../../engine/control";
import type { Tool, ToolOutput } from "../tool";
import { checkEntries, readCorpus, type SearchEntry, shippedCorpus } from "./corpus";
import { type Find, indexEntries } from "./local";
import { askTavily } from "./tavily";

/** Where {@link searchTool} searches. */
export interface SearchToolOptions {
  /**
   * Entries, or the path of a JSON file of entries or of a folder of such files. Default: some 400 entries that come with
   * the package, on elements, countries, moons, units and the words of the paper. Given, it is searched even with a key.
   */
  corpus?: string | readonly SearchEntry[];
  /** How many entries a result has at most. Default: 4. */
  limit?: number;
  /** Of Tavily, which searches the web. Default: the variable TAVILY_API_KEY; `""` for none. */
  apiKey?: string;
  /** Default: Tavily's. */
  endpoint?: string;
  /** Seconds that the web may take. Default: 20. */
  timeout?: number;
}

/** Characters of an entry that are shown: the released number. */
const SHOWN = 320;

/**
 * Search for agents: in a corpus on this machine or, with a key of Tavily's, in the web. A result has title, address and the
 * first 320 characters of each entry. An error of the service is a failed result.
 *
 * @throws if an option is wrong; a corpus that cannot be read throws when it is first searched
 * @example
 * await searchTool({ apiKey: "" }).run("capital of Mongolia")   // { text: "[1] Mongolia\n…Ulaanbaatar…", failed: false }
 * @example searchTool({ corpus: [{ title: "Nim", text: "A game of heaps." }] })
 */
export function searchTool(options: SearchToolOptions = {}): Tool {
  checkOptions("searchTool", options, "searchTool({ limit: 4 })");
  const { corpus, limit = 4, timeout = 20, endpoint = "https://api.tavily.com/search" } = options;
  const { apiKey = corpus === undefined ? process.env.TAVILY_API_KEY : undefined } = options;
  checkCount("limit", limit, "limit: 4");
  checkPositive("timeout", timeout, "timeout: 20, in seconds");
  checkPlaces({ corpus, apiKey, endpoint });
  let found: Promise<Find> | undefined;
  const load = async (): Promise<Find> =>
    indexEntries(typeof corpus === "object" ? corpus : await readCorpus(corpus ?? shippedCorpus()));
  const here = async (query: string): Promise<readonly SearchEntry[]> => {
    found ??= load();
    const find = await found.catch((error: unknown) => {
      found = undefined; // it may be there the next time
      throw error;
    });
    return find(query, limit);
  };
  return {
    name: "search",
    description: "looks something up and shows the beginnings of what it finds",
    async run(query, { signal } = {}) {
      if (typeof query !== "string") {
        throw new TypeError(`a query is ${shown(query)}; it must be a text. Try run("capital of Mongolia").`);
      }
      if (signal?.aborted) throw new AbortedError("stopped on request; nothing was looked up");
      const wanted = query.trim();
      if (!wanted) return { text: "[error] the query is empty", failed: true };
      if (!apiKey || corpus !== undefined) return listed(wanted, await here(wanted));
      try {
        return listed(
          wanted,
          await askTavily(wanted, { apiKey, endpoint, limit, timeout: 1000 * timeout, signal }),
        );
      } catch (error) {
        if (error instanceof AbortedError) throw error;
        return { text: `[error] ${(error as Error).message}`, failed: true };
      }
    },
  };
}

function listed(query: string, entries: readonly SearchEntry[]): ToolOutput {
  if (entries.length === 0) return { text: `nothing was found for "${query.slice(0, 80)}"`, failed: false };
  return { text: entries.map(show).join("\n\n"), failed: false };
}

function show({ title, text, url }: SearchEntry, place: number): string {
  const beginning = text.length > SHOWN ? `${text.slice(0, SHOWN).trimEnd()}…` : text;
  return [`[${place + 1}] ${title}`, ...(url ? [url] : []), beginning].join("\n");
}

function checkPlaces({ corpus, apiKey, endpoint }: SearchToolOptions): void {
  if (corpus !== undefined && typeof corpus !== "string") checkEntries("corpus", corpus);
  if (apiKey !== undefined && typeof apiKey !== "string") {
    throw new TypeError(`apiKey is ${shown(apiKey)}; it must be a text. Try the variable TAVILY_API_KEY.`);
  }
  if (typeof endpoint !== "string" || !/^https?:\/\/\S+$/.test(endpoint)) {
    throw new TypeError(
      `endpoint is ${shown(endpoint)}; it must be an address of the web. Try endpoint: "https://api.tavily.com/search".`,
    );
  }
}
