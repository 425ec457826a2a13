import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downloadModel } from "../../kernel-lib/checkpoint/hub";
import { hubCacheFolder } from "../../kernel-lib/checkpoint/hubCache";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const WEIGHTS = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251));
const FILES: Record<string, Buffer> = {
  "config.json": Buffer.from('{"model_type":"qwen3"}'),
  "model.safetensors": WEIGHTS,
  "pytorch_model.bin": Buffer.from("the same in another format"),
};
const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

let server: Server;
let endpoint: string;
let cacheFolder: string;
/** What was asked for, as "path from-to". */
let asked: string[];
/** Changes an answer: the bytes of one file that are sent before the line is cut. */
let cutAfter: number | undefined;
let damaged: boolean;

/** What the hub says of one repository, by path. */
const SAID: Record<string, { status?: number; body: unknown }> = {
  "/api/models/some/model/revision/main": { body: { _id: "1", id: "some/model", sha: COMMIT } },
  "/api/models/closed/model/revision/main": { status: 401, body: { error: "gated" } },
  [`/api/models/some/model/tree/${COMMIT}`]: {
    body: Object.entries(FILES).map(([path, content]) => ({
      type: "file",
      path,
      size: content.length,
      oid: createHash("sha1").update(content).digest("hex"),
      ...(path === "model.safetensors" && {
        lfs: { oid: sha256(content), size: content.length, pointerSize: 134 },
      }),
    })),
  },
};

/** Answers as the hub does. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url!, "http://hub");
  const content = FILES[pathname.replace(`/some/model/resolve/${COMMIT}/`, "")];
  if (content) sendPart(request, response, pathname.split("/").at(-1)!, content);
  else {
    const { status = 200, body } = SAID[pathname] ?? { status: 404, body: { error: "not found" } };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
}

function sendPart(request: IncomingMessage, response: ServerResponse, name: string, content: Buffer): void {
  const [, first, last] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
  const from = Number(first ?? 0);
  const to = last ? Number(last) + 1 : content.length;
  asked.push(`${name} ${from}-${to}`);
  const part = Buffer.from(content.subarray(from, to));
  if (damaged && part.length > 1000) part[5]! ^= 1;
  response.writeHead(request.headers.range ? 206 : 200, {
    etag: '"x"',
    "content-length": part.length,
    "content-range": `bytes ${from}-${to - 1}/${content.length}`,
  });
  if (cutAfter !== undefined && part.length > cutAfter) {
    response.write(part.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 50));
  } else response.end(part);
}

beforeEach(async () => {
  asked = [];
  cutAfter = undefined;
  damaged = false;
  cacheFolder = await mkdtemp(join(tmpdir(), "hub-"));
  server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheFolder, { recursive: true });
});

const download = (name = "some/model"): Promise<string> =>
  downloadModel(name, { cacheFolder, endpoint, onProgress: null });

describe("downloading a model", () => {
  it("lays the files out as all Hugging Face programs do, and leaves other formats where they are", async () => {
    const folder = await download();
    expect(folder).toBe(join(cacheFolder, "models--some--model", "snapshots", COMMIT));
    expect((await readdir(folder)).sort()).toEqual(["config.json", "model.safetensors"]);
    expect(await readFile(join(folder, "model.safetensors"))).toEqual(WEIGHTS);
    expect(await readFile(join(cacheFolder, "models--some--model", "refs", "main"), "utf8")).toBe(COMMIT);
    const blob = join(await realpath(cacheFolder), "models--some--model", "blobs", sha256(WEIGHTS));
    expect(await realpath(join(folder, "model.safetensors"))).toBe(blob);
  });

  it("fetches nothing again that is whole", async () => {
    await download();
    asked = [];
    await download();
    expect(asked).toEqual([]);
  });

  it("links nothing into the snapshot that was broken off, and goes on when called again", async () => {
    cutAfter = 100_000;
    await expect(download()).rejects.toThrow(/some\/model: /);
    const snapshot = join(cacheFolder, "models--some--model", "snapshots", COMMIT);
    expect(await readdir(snapshot)).toEqual(["config.json"]);
    cutAfter = undefined;
    expect(await readFile(join(await download(), "model.safetensors"))).toEqual(WEIGHTS);
  });

  it("asks only for the bytes that are missing", async () => {
    const blobs = join(cacheFolder, "models--some--model", "blobs");
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, `${sha256(WEIGHTS)}.incomplete`), WEIGHTS.subarray(0, 123_456));
    expect(await readFile(join(await download(), "model.safetensors"))).toEqual(WEIGHTS);
    expect(asked).toContain("model.safetensors 123456-300000");
    expect(asked).not.toContain("model.safetensors 0-300000");
  });

  it("throws away what arrives damaged", async () => {
    damaged = true;
    await expect(download()).rejects.toThrow("model.safetensors arrived damaged and was thrown away");
    damaged = false;
    expect(await readFile(join(await download(), "model.safetensors"))).toEqual(WEIGHTS);
  });

  it("takes what is in the cache when there is no network", async () => {
    const folder = await download();
    const nowhere = { cacheFolder, endpoint: "http://127.0.0.1:9", onProgress: null };
    expect(await downloadModel("some/model", nowhere)).toBe(folder);
    await expect(downloadModel("other/model", nowhere)).rejects.toThrow(
      /other\/model is not in the cache and the hub cannot be reached/,
    );
  });

  it("says what to do about a repository that is closed, unknown or no repository", async () => {
    await expect(download("closed/model")).rejects.toThrow(
      /accepting its licence on its page, and setting HF_TOKEN/,
    );
    await expect(download("un/known")).rejects.toThrow('the hub has no un/known at revision "main"');
    await expect(download("model")).rejects.toThrow(/"model" is no repository.*Try its full name/);
  });

  it("tells how far it is, in bytes, and ends when told to stop", async () => {
    const steps: number[] = [];
    const stop = new AbortController();
    const running = downloadModel("some/model", {
      cacheFolder,
      endpoint,
      signal: stop.signal,
      onProgress: ({ step, total }) => {
        steps.push(step);
        expect(total).toBe(22 + 300_000);
        if (step > 22) stop.abort();
      },
    });
    await expect(running).rejects.toThrow(
      /was stopped after 22 of 300022 bytes; the same call goes on from there/,
    );
    expect(steps.length).toBeGreaterThan(1);
  });
});

describe("the cache", () => {
  it("is where HF_HUB_CACHE or HF_HOME say, or below the home folder", () => {
    expect(hubCacheFolder({ HF_HUB_CACHE: "/a", HF_HOME: "/b" })).toBe("/a");
    expect(hubCacheFolder({ HF_HOME: "/b" })).toBe(join("/b", "hub"));
    expect(hubCacheFolder({ XDG_CACHE_HOME: "/c" })).toBe(join("/c", "huggingface", "hub"));
  });
});
