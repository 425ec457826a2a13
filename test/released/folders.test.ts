import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFolders } from "../../kernel-lib/released/folders";
import { loadSystem } from "../../kernel-lib/released/loadSystem";

const EXPERT = "Distillation-Expert-Qwen3.5-9B";
const LEARNER = "Distillation-Learner-Qwen3.5-4B";
const OUTER = "Distillation-Outerlinks";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "root-"));
});
afterEach(() => rm(root, { recursive: true }));

const make = (...names: string[]) =>
  Promise.all(names.map((name) => mkdir(join(root, name), { recursive: true })));

test("folders are found under the root, or below the organisation's name in it", async () => {
  await make(EXPERT, `RecursiveMAS/${LEARNER}`, `RecursiveMAS/${OUTER}`, `RecursiveMAS/${EXPERT}`);
  expect(await findFolders("distillation", { root })).toEqual({
    agents: { expert: join(root, EXPERT), learner: join(root, "RecursiveMAS", LEARNER) },
    outerLinks: join(root, "RecursiveMAS", OUTER),
  });
});

test("all folders that are not there are listed, a file of the name included", async () => {
  await make(LEARNER);
  await writeFile(join(root, OUTER), "");
  await expect(findFolders("distillation", { root })).rejects.toThrow(
    new RegExp(`lacks 2 of the folders of distillation: ${EXPERT}, ${OUTER}\\. Try .*download: true`),
  );
});

test("without a root and without a download there is nowhere to look", async () => {
  await expect(loadSystem("distillation")).rejects.toThrow(
    /was not told where the released folders are\. Try \{ root: .*Expert.* \{ download: true \}/,
  );
});

/** A hub that has one file in every repository, and remembers which were asked for. */
async function hub(): Promise<{ server: Server; endpoint: string; asked: Set<string> }> {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://hub");
    const [, repository] = /^\/(?:api\/models\/)?([^/]+\/[^/]+)/.exec(pathname)!;
    asked.add(repository!);
    const json = (body: unknown) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (pathname.includes("/tree/")) json([{ type: "file", path: "config.json", size: 2, oid: "ab" }]);
    else if (pathname.startsWith("/api/")) json({ _id: "1", id: repository, sha: COMMIT });
    else {
      response
        .writeHead(200, { etag: '"ab"', "content-length": 2, "content-range": "bytes 0-1/2" })
        .end("{}");
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test("a download fetches only what is not under the root", async () => {
  await make(LEARNER);
  const cacheFolder = join(root, "cache");
  const { server, endpoint, asked } = await hub();
  try {
    const download = { endpoint, cacheFolder, onProgress: null };
    const snapshot = (name: string) =>
      join(cacheFolder, `models--RecursiveMAS--${name}`, "snapshots", COMMIT);
    expect(await findFolders("distillation", { root, download })).toEqual({
      agents: { expert: snapshot(EXPERT), learner: join(root, LEARNER) },
      outerLinks: snapshot(OUTER),
    });
    expect([...asked].sort()).toEqual([`RecursiveMAS/${EXPERT}`, `RecursiveMAS/${OUTER}`]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
