import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import * as lab from "../../kernel-lib";
import { expectAdvice, messageOf } from "../support/advice";

// Wrong, damaged and missing files of a model: each error names what is wrong and ends with what to try.
const MODEL = join(__dirname, "../fixtures/models/qwen2-tied");
const TORCH = join(__dirname, "../fixtures/torch");
const INDEX = "model.safetensors.index.json";
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wrong-"));
  await cp(MODEL, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const without = (name: string) => rm(join(folder, name));
const configured = async (values: object) => {
  const json = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  await put("config.json", JSON.stringify({ ...json, ...values }));
};
const openModel = () => lab.readModelFolder(folder);
const openWeights = () => lab.openSafetensors(join(folder, "model.safetensors"));

it.each<[title: string, given: string | RegExp, prepare: () => unknown]>([
  ["no config.json", "config.json", () => without("config.json")],
  ["a config.json that is cut", "config.json is not JSON", () => put("config.json", '{"a')],
  ["a config.json that is a list", "but []", () => put("config.json", "[]")],
  ["an unknown family", '"gpt2"', () => configured({ model_type: "gpt2" })],
  ["another activation", '"gelu"', () => configured({ hidden_act: "gelu" })],
  ["quantised weights", "quantization_config", () => configured({ quantization_config: { bits: 4 } })],
  ["a broken size", "vocab_size is 1.5", () => configured({ vocab_size: 1.5 })],
  ["too many layers", "are missing", () => configured({ num_hidden_layers: 9 })],
  ["too few layers", "of 1 layers", () => configured({ num_hidden_layers: 1 })],
  ["another width", "mlp", () => configured({ intermediate_size: 12 })],
  ["an untied head", "tie_word_embeddings", () => configured({ tie_word_embeddings: false })],
  ["no tokenizer.json", "tokenizer.json", () => without("tokenizer.json")],
  ["a tokenizer.json that is cut", "tokenizer.json is not JSON", () => put("tokenizer.json", "{")],
  ["a tokenizer.json of no kind", /wrong-/, () => put("tokenizer.json", "{}")],
  ["no weights", "model.safetensors", () => without("model.safetensors")],
  ["weights that git left out", "model.safetensors", () => put("model.safetensors", "version https://git")],
  ["an index of nothing", "weight_map", () => put(INDEX, "{}")],
  ["an index that is cut", "not JSON", () => put(INDEX, "{")],
  ["an index that leads outside", '"../x"', () => put(INDEX, '{"weight_map": {"a": "../x"}}')],
  ["a shard that is gone", "two.safetensors", () => put(INDEX, '{"weight_map": {"a": "two.safetensors"}}')],
  ["a tensor that is gone", '"a"', () => put(INDEX, '{"weight_map": {"a": "model.safetensors"}}')],
])("a model folder with %s is refused with what to try", async (_, given, prepare) => {
  await prepare();
  expectAdvice(await messageOf(openModel), given);
});

const raw = (shape: number[], length: number): lab.RawTensor => ({ shape, data: new Float32Array(length) });

it.each<[title: string, given: string | RegExp, act: () => unknown]>([
  ["no such folder", "/nowhere", () => lab.readModelFolder(join(folder, "nowhere"))],
  ["a file for a folder", "config.json", () => lab.readModelFolder(join(folder, "config.json"))],
  ["no file of weights", "/none.safetensors", () => lab.openSafetensors(join(folder, "none.safetensors"))],
  ["a reserved name", "__metadata__", () => lab.writeSafetensors(folder, { __metadata__: raw([1], 1) })],
  ["a shape that does not fit", "has 3", () => lab.writeSafetensors(folder, { a: raw([2], 3) })],
  ["a place that is a folder", /wrong-\S+ cannot be written/, () => lab.writeSafetensors(folder, {})],
  [
    "a place below a file",
    "config.json",
    () => lab.figure({ data: [{ y: [1] }] }).save(join(folder, "config.json", "depth")),
  ],
  ["one agent for a set", /wrong-/, () => lab.loadAgents(folder)],
  [
    "a set of nobody",
    "/empty",
    async () => {
      await mkdir(join(folder, "empty"));
      await lab.loadAgents(join(folder, "empty"));
    },
  ],
  ["an agent without prompts", "agent.json", () => lab.loadAgent(folder)],
  [
    "an agent with prompts of another name",
    '"recuring"',
    async () => {
      await put("agent.json", '{"prompts": {"recurring": "w1", "recuring": "w2"}}');
      await lab.loadAgent(folder);
    },
  ],
  ["no torch file", "/none.pt", () => lab.readTorchArchive(join(folder, "none.pt"))],
  ["a folder of nowhere", "there is no folder /nope", () => lab.loadSystem("mixture", { root: "/nope" })],
  [
    "a file for a root",
    "config.json is a file",
    () => lab.loadSystem("mixture", { root: join(folder, "config.json") }),
  ],
  ["a number for a root", "root is 7", () => lab.loadSystem("mixture", { root: 7 as never })],
])("%s is refused with what to try", async (_, given, act) => {
  expectAdvice(await messageOf(act), given);
});

it.each([
  ["{", "agent.json is not JSON"],
  ["{}", "prompts.recurring"],
])("an agent.json of %s is refused with what to try, and that loads", async (text, given) => {
  await put("agent.json", text);
  const message = await messageOf(() => lab.loadAgent(folder));
  expectAdvice(message, given);
  await put("agent.json", / Try (\{.+\})\.$/.exec(message)![1]!);
  (await lab.loadAgent(folder)).dispose();
});

it("loadAgent opens what loadAgents says to try it on", async () => {
  await put("agent.json", '{"prompts": {"recurring": "w1"}}');
  const message = await messageOf(() => lab.loadAgents(folder));
  const [, path] = / Try loadAgent\((.+)\)\.$/.exec(message)!;
  const agent = await lab.loadAgent(JSON.parse(path!));
  expect(agent.prompts.recurring).toBe("w1");
  agent.dispose();
});

it("an untied model without a head opens with the setting that is suggested", async () => {
  await configured({ tie_word_embeddings: false });
  const [, name, value] = / Try (\w+): (true|false)\.$/.exec(await messageOf(openModel))!;
  await configured({ [name!]: JSON.parse(value!) });
  expect((await openModel()).config.tieWordEmbeddings).toBe(true);
});

it("a tensor of another name is refused, and the one suggested is there", async () => {
  const file = await openWeights();
  const message = await messageOf(() => file.read("model.norm.wieght"));
  expectAdvice(message, '"model.norm.wieght"');
  expect(/ Try "(.+)"\.$/.exec(message)![1]).toBe("model.norm.weight");
  await file.close();
});

it("a model is replaced with the option that is suggested, and not before", async () => {
  const { config } = await openModel();
  const tensors = await lab.readSafetensors(join(folder, "model.safetensors"));
  const names = ["tokenizer.json", "tokenizer_config.json"];
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const tokenizerFiles = Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
  const write = (options: object) =>
    lab.writeModelFolder(folder, { config, tensors, tokenizerFiles, ...options });
  const message = await messageOf(() => write({ overwrite: false }));
  expectAdvice(message, "is not empty");
  expect(message).toContain("overwrite: true");
  await write({ overwrite: true });
  expect((await openModel()).config).toEqual(config);
});

it("a torch file that would run something is not to be used, nor to be downloaded again", async () => {
  const message = await messageOf(() => lab.readTorchArchive(join(TORCH, "shell.pt")));
  expectAdvice(message, "it should not be used");
  expect(message).not.toContain("again");
});

it("what is no torch file but safetensors is read by the function that is suggested", async () => {
  const message = await messageOf(() => lab.readTorchArchive(join(folder, "model.safetensors")));
  expectAdvice(message, "is not a zip archive");
  const [, path] = / Try readSafetensors\((".+")\)\.$/.exec(message)!;
  expect(await lab.readSafetensors(JSON.parse(path!))).toHaveProperty(["model.norm.weight"]);
});
