import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { AbortedError } from "../../../kernel-lib/engine/control";
import { readCorpus, shippedCorpus } from "../../../kernel-lib/tool/search/corpus";
import { searchTool } from "../../../kernel-lib/tool/search/searchTool";

const here = searchTool({ apiKey: "" });
const first = async (query: string): Promise<string> => (await here.run(query)).text.split("\n\n")[0]!;

describe("searching the corpus that is shipped", () => {
  it.each([
    ["capital of Mongolia", "Ulaanbaatar"],
    ["What is the capital of Australia?", "Canberra"],
    ["chemical symbol of tungsten", "symbol W"],
    ["Oganesson", "atomic number 118"],
    ["largest moon of Saturn", "Titan"],
    ["who discovered Triton", "William Lassell"],
    ["Planck constant", "6.62607015"],
    ["unit of pressure pascal", "N/m²"],
    ["inner link", "hidden state"],
    ["deliberation style", "reflector"],
    ["Brasilia", "Brazil"],
    ["Yaounde", "Cameroon"],
  ])("%s: %s", async (query, fact) => {
    expect(await first(query)).toContain(fact);
  });

  it("has each atomic number from 1 to 118 once, and no title twice in a file", async () => {
    const entries = await readCorpus(join(shippedCorpus(), "elements.json"));
    const numbers = entries.map(({ text }) => Number(/atomic number (\d+)/.exec(text)![1]));
    expect(numbers).toEqual(Array.from({ length: 118 }, (_, i) => i + 1));
    const all = await readCorpus(shippedCorpus());
    expect(all.length).toBeGreaterThan(400);
    expect(new Set(all.map(({ title, text }) => `${title}: ${text}`)).size).toBe(all.length);
  });

  it("gives four entries at most, and says when there is none", async () => {
    expect((await here.run("country in Africa")).text.match(/^\[\d\]/gm)).toEqual([
      "[1]",
      "[2]",
      "[3]",
      "[4]",
    ]);
    expect(await here.run("zzqqxx")).toEqual({ text: 'nothing was found for "zzqqxx"', failed: false });
  });

  it("fails on an empty query", async () => {
    expect(await here.run(" \n")).toEqual({ text: "[error] the query is empty", failed: true });
  });
});

describe("searching a corpus of one's own", () => {
  it("shows title, address and the first 320 characters", async () => {
    const corpus = [{ title: "Nim", text: `Heaps. ${"x".repeat(400)}`, url: "https://example.org/nim" }];
    const { text } = await searchTool({ corpus }).run("nim");
    expect(text).toBe(`[1] Nim\nhttps://example.org/nim\nHeaps. ${"x".repeat(313)}…`);
  });

  it("reads a file, also where it was not there the first time", async () => {
    const folder = await mkdtemp(join(tmpdir(), "corpus-"));
    const file = join(folder, "games.json");
    const tool = searchTool({ corpus: file });
    await expect(tool.run("nim")).rejects.toThrow(/there is no corpus .*games\.json/);
    await writeFile(file, '[{ "title": "Nim", "text": "A game of heaps." }]');
    expect((await tool.run("heaps")).text).toBe("[1] Nim\nA game of heaps.");
    await rm(folder, { recursive: true });
  });
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/search`;
}

describe("searching the web", () => {
  it("asks the service in depth, with the key, and shows what it finds", async () => {
    let asked = "";
    let key: string | undefined;
    const endpoint = await serve((request, response) => {
      key = request.headers.authorization;
      request.on("data", (part) => {
        asked += part;
      });
      request.on("end", () =>
        response.end(
          JSON.stringify({ results: [{ title: "Nim", url: "https://n.im", content: "y".repeat(321) }] }),
        ),
      );
    });
    const { text, failed } = await searchTool({ apiKey: "secret", endpoint }).run("nim game");
    expect(JSON.parse(asked)).toEqual({ query: "nim game", search_depth: "advanced", max_results: 4 });
    expect(key).toBe("Bearer secret");
    expect(text).toBe(`[1] Nim\nhttps://n.im\n${"y".repeat(320)}…`);
    expect(failed).toBe(false);
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ["an error of the service", (response) => response.writeHead(401).end("secret"), /answered 401$/],
    ["an answer that is no JSON", (response) => response.end("<html>"), /not JSON$/],
    ["an answer without results", (response) => response.end("{}"), /without results$/],
    ["silence", () => undefined, /did not answer in 0\.1 s$/],
  ])("%s is a failed result", async (_, answer, told) => {
    const endpoint = await serve((_request, response) => answer(response));
    const { text, failed } = await searchTool({
      apiKey: "secret",
      endpoint,
      timeout: told.source.includes("in 0") ? 0.1 : 20,
    }).run("nim");
    expect(text).toMatch(told);
    expect(text).not.toContain("secret");
    expect(failed).toBe(true);
  });

  it("a service that is not there is a failed result", async () => {
    const result = await searchTool({ apiKey: "secret", endpoint: "http://127.0.0.1:9/" }).run("nim");
    expect(result).toEqual({ text: "[error] the search service could not be reached", failed: true });
  });

  it("stops on a signal", async () => {
    const stop = new AbortController();
    const endpoint = await serve(() => stop.abort());
    const asked = searchTool({ apiKey: "secret", endpoint }).run("nim", { signal: stop.signal });
    await expect(asked).rejects.toBeInstanceOf(AbortedError);
  });
});
