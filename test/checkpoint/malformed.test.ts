import { readdirSync, readlinkSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadAgent } from "../../kernel-lib/agent/loadAgents";
import { readModelFolder } from "../../kernel-lib/checkpoint/modelFolder";
import { readSafetensors, writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { readTorchArchive } from "../../kernel-lib/checkpoint/torchArchive";
import { loadWeights } from "../../kernel-lib/checkpoint/weights";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";

const FIXTURES = join(__dirname, "../fixtures");
const [FIRST, SECOND] = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
const INDEX = "model.safetensors.index.json";

beforeAll(() => ready());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "malformed-"));
  await cp(join(FIXTURES, "models/qwen2-untied"), folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

/** Replaces text in a file byte by byte, so that nothing moves. */
async function patch(name: string, from: string | RegExp, to: string): Promise<void> {
  const content = (await readFile(at(name))).toString("latin1");
  const patched = content.replace(from, to);
  expect(patched).not.toBe(content);
  expect(patched).toHaveLength(content.length);
  await writeFile(at(name), Buffer.from(patched, "latin1"));
}

/** Files under a folder that this process holds open, where the system tells. */
function openFiles(under: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((path) => path.startsWith(under));
    } catch {
      return []; // the listing's own
    }
  });
}

/** Checks that work fails as it should, and leaves neither tensors nor open files behind. */
async function expectRefused(work: () => Promise<unknown>, ...problems: (string | RegExp)[]): Promise<void> {
  const before = tf.memory().numTensors;
  const error = await work().then(
    () => expect.fail("it was accepted"),
    (reason: Error) => reason,
  );
  for (const problem of problems) expect(error.message).toMatch(problem);
  expect(tf.memory().numTensors).toBe(before);
  expect(openFiles(folder)).toEqual([]);
}

const load = () => loadAgent(folder, { prompts: { recurring: "w1" } });

describe("a checkpoint is refused, with nothing left behind, when", () => {
  it("a shard is cut short", async () => {
    const { length } = await readFile(at(SECOND));
    await truncate(at(SECOND), length - 10);
    await expectRefused(
      load,
      at(SECOND),
      /it is cut short: its tensors need \d+ bytes of data and \d+ are there/,
    );
    await truncate(at(SECOND), 100);
    await expectRefused(load, at(SECOND), /announce a header of \d+ bytes in a file of 100/);
    await truncate(at(SECOND), 3);
    await expectRefused(load, at(SECOND), "it has 3 bytes, fewer than the 8");
  });

  it("a shard is cut short after it was found whole", async () => {
    const { config, tensors } = await readModelFolder(folder);
    await truncate(at(SECOND), 5000);
    await expectRefused(() => loadWeights(config, tensors), at(SECOND), "it is cut short");
  });

  it("a shard is missing", async () => {
    await rm(at(SECOND));
    await expectRefused(load, at(INDEX), `names the shard ${SECOND}, which is not in ${folder}`);
  });

  it("a shard goes missing after it was found", async () => {
    const { config, tensors } = await readModelFolder(folder);
    await rm(at(SECOND));
    await expectRefused(() => loadWeights(config, tensors), `there is no file ${at(SECOND)}`);
  });

  it("a tensor is of a type that holds no weights", async () => {
    // the norm is the last of all to be read, so that others are in memory by then
    await patch(SECOND, /("model\.norm\.weight":\{"dtype":)"F32"/, '$1"U32"');
    await expectRefused(load, at(SECOND), /"model\.norm\.weight" is U32; readable are F32, F64, F16, BF16/);
  });

  it("a type does not fit the bytes it has", async () => {
    await patch(FIRST, /("model\.embed_tokens\.weight":\{"dtype":)"F32"/, '$1"I64"');
    await expectRefused(
      load,
      at(FIRST),
      '"model.embed_tokens.weight" is I64 [64,32], 16384 bytes, but has 8192',
    );
  });

  it("a tensor has another shape than the configuration says", async () => {
    await patch(
      FIRST,
      /("model\.layers\.0\.mlp\.down_proj\.weight":\{"dtype":"F32","shape":)\[32,48\]/,
      "$1[48,32]",
    );
    await expectRefused(
      load,
      folder,
      "model.layers.0.mlp.down_proj.weight is [48,32], the configuration asks for [32,48]",
    );
  });

  it.each([
    ["above it", "../model.safetensors"],
    ["anywhere", "/etc/hostname"],
    ["in a folder of it", "more/model.safetensors"],
    ["the folder above itself", ".."],
    ["in no file", ""],
    ["in what is no name", 7],
  ])("the index points outside of the folder: %s", async (_, place) => {
    const index = JSON.parse(await readFile(at(INDEX), "utf8"));
    index.weight_map["model.norm.weight"] = place;
    await writeFile(at(INDEX), JSON.stringify(index));
    await expectRefused(
      load,
      at(INDEX),
      `"model.norm.weight" is placed in ${JSON.stringify(place)}, which is not`,
    );
  });

  it.each(["list.pt", "short.pt", "lost.pt"])(
    "a torch archive is not what it should be: %s",
    async (name) => {
      await cp(join(FIXTURES, "torch", name), at(name));
      await expectRefused(() => readTorchArchive(at(name)), at(name), /Try downloading it again/);
    },
  );

  it("a pickle asks for a foreign global, which it names", async () => {
    await cp(join(FIXTURES, "torch/shell.pt"), at("link.pt"));
    await expectRefused(
      () => readTorchArchive(at("link.pt")),
      /it asks to run (posix|nt)\.system, which weights do not need.* should not be used\. Try weights in/,
    );
  });
});

describe("a checkpoint with NaN among its weights", () => {
  it("is loaded, with one warning that names the tensor and how many", async () => {
    const tensors = await readSafetensors(at(SECOND));
    tensors["model.norm.weight"]!.data.fill(Number.NaN, 4, 7);
    await writeSafetensors(at(SECOND), tensors);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    try {
      const before = tf.memory().numTensors;
      const agent = await load();
      expect(warn.mock.calls).toEqual([
        [expect.stringContaining(`${folder}: 3 of the 32 numbers of model.norm.weight are NaN or infinite`)],
      ]);
      agent.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expect(openFiles(folder)).toEqual([]);
    } finally {
      warn.mockRestore();
    }
  });
});
