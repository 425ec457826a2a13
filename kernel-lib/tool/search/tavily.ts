import { AbortedError } from "../../engine/control";
import type { SearchEntry } from "./corpus";

/** Where and how the service is asked. */
export interface TavilyOptions {
  apiKey: string;
  endpoint: string;
  limit: number;
  /** Milliseconds. */
  timeout: number;
  signal?: AbortSignal;
}

/**
 * Asks Tavily, as the released system does: depth advanced.
 *
 * @throws AbortedError if the signal fires; a plain error, without the key, for whatever else goes wrong
 */
export async function askTavily(
  query: string,
  { apiKey, endpoint, limit, timeout, signal }: TavilyOptions,
): Promise<SearchEntry[]> {
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ query, search_depth: "advanced", max_results: limit }),
      signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    if (!response.ok) throw new Error(`the search service answered ${response.status}`);
    return entriesOf(await response.json());
  } catch (error) {
    if (signal?.aborted) throw new AbortedError("stopped on request; the search was given up");
    if (late.aborted) throw new Error(`the search service did not answer in ${timeout / 1000} s`);
    if (error instanceof SyntaxError)
      throw new Error("the search service answered something that is not JSON");
    if (error instanceof TypeError) throw new Error("the search service could not be reached");
    throw error;
  }
}

function entriesOf(answer: unknown): SearchEntry[] {
  const results = (answer as { results?: unknown } | null)?.results;
  if (!Array.isArray(results)) throw new Error("the search service answered without results");
  return results.map((result: Record<string, unknown> | null) => ({
    title: String(result?.title ?? ""),
    text: String(result?.content ?? ""),
    url: String(result?.url ?? ""),
  }));
}
