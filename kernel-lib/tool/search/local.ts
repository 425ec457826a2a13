import MiniSearch from "minisearch";
import type { SearchEntry } from "./corpus";

/** Finds entries by their words. */
export type Find = (query: string, limit: number) => SearchEntry[];

/** Indexes a corpus: titles count three times, words may be cut short, and a long one may have a slip. */
export function indexEntries(entries: readonly SearchEntry[]): Find {
  const index = new MiniSearch({
    fields: ["title", "text"],
    searchOptions: {
      boost: { title: 3 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    },
    processTerm: (term) => (COMMON.has(term.toLowerCase()) ? null : fold(term)),
  });
  index.addAll(entries.map(({ title, text }, id) => ({ id, title, text })));
  return (query, limit) =>
    index
      .search(query)
      .slice(0, limit)
      .map(({ id }) => entries[id as number]!);
}

/** Words that say nothing of what is looked for. */
const COMMON = new Set(
  "a an and are as at by do does for from has have how in is it its many much of on or that the this to was what when where which who why with".split(
    " ",
  ),
);

/** Lower case, without accents. */
const fold = (term: string): string => term.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
