import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findOuterLinks } from "../../kernel-lib/released/outerLinks";
import { writeJson } from "./team";

const KEYS = ["outer_el", "outer_le"];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outer-"));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (...names: string[]) => Promise.all(names.map((name) => writeFile(join(folder, name), "")));
const manifest = (content: object) => writeJson(join(folder, "outerlink_config.json"), content);
const item = (legacy_key: string, filename: unknown, more: object = {}) => ({
  legacy_key,
  filename,
  ...more,
});
const at = (name: string) => join(folder, name);

test("a flat list serves every task, and gives widths where it has them", async () => {
  await put("a.pt", "b.pt");
  const shape = { adapter_type: "outer_ln_res_adapter", in_dim: 4, out_dim: 6 };
  await manifest({ adapters: [item("outer_le", "b.pt"), item("outer_el", "a.pt", shape)] });
  const found = { outer_el: { path: at("a.pt"), inDim: 4, outDim: 6 }, outer_le: { path: at("b.pt") } };
  expect(await findOuterLinks(folder, KEYS, undefined)).toEqual(found);
  expect(await findOuterLinks(folder, KEYS, "code")).toEqual(found);
});

test("a list by task gives the files of the task", async () => {
  await put("a(math).pt", "a(code).pt", "b.safetensors");
  const list = (task: string) => ({
    adapters: [item("outer_el", `a(${task}).pt`), item("outer_le", "b.pt")],
  });
  await manifest({ tasks: { math: list("math"), code: list("code") }, adapters: [] });
  expect((await findOuterLinks(folder, KEYS, "math")).outer_el!.path).toBe(at("a(math).pt"));
  const code = await findOuterLinks(folder, KEYS, "code");
  expect([code.outer_el!.path, code.outer_le!.path]).toEqual([at("a(code).pt"), at("b.safetensors")]);
});

test("a list for other tasks is refused, with those it has", async () => {
  await manifest({ tasks: { math: { adapters: [] } } });
  await expect(findOuterLinks(folder, KEYS, "code")).rejects.toThrow(
    /has links for math; wanted are those for code\. Try /,
  );
  await expect(findOuterLinks(folder, KEYS, undefined)).rejects.toThrow(
    /has links for math; wanted are links that serve every task\. Try /,
  );
});

test("a list without one of the links is refused, with those it has", async () => {
  await put("a.pt");
  await manifest({ adapters: [item("outer_el", "a.pt"), item("outer_12", "a.pt")] });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /lists no outer_le; it lists outer_el, outer_12, and wanted are outer_el, outer_le\. Try /,
  );
});

test("a manifest without a list is refused", async () => {
  await manifest({ format_version: 1 });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(/no list "adapters" of links\. Try /);
  await manifest({ tasks: { math: { adapters: {} } } });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(/no list "tasks\.math\.adapters"/);
});

test("a link of another type, a file that is not there and one outside the folder are refused", async () => {
  await put("a.pt");
  await manifest({ adapters: [item("outer_el", "a.pt", { adapter_type: "outer_adapter" })] });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /at outer_el, says that the link is of type "outer_adapter"; wanted is "outer_ln_res_adapter"\. Try /,
  );
  await manifest({ adapters: [item("outer_el", "gone.pt")] });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /names gone\.pt, which is not in .*Try /,
  );
  await manifest({ adapters: [item("outer_el", "../a.pt")] });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(/a plain name/);
});

test("an older folder is read by its side file, the task's own before the common one", async () => {
  await put("outer_el.pt", "outer_el(math).pt", "outer_le.pt");
  await writeJson(at("outer_adapter_config.json"), { outer_el_in_dim: 1 });
  const side = { outer_el_type: "outer_ln_res_adapter", outer_el_in_dim: 4, outer_el_out_dim: 6 };
  await writeJson(at("outer_adapter_config(math).json"), side);
  expect(await findOuterLinks(folder, KEYS, "math")).toEqual({
    outer_el: { path: at("outer_el(math).pt"), inDim: 4, outDim: 6 },
    outer_le: { path: at("outer_le.pt") },
  });
  expect(await findOuterLinks(folder, KEYS, "code")).toEqual({
    outer_el: { path: at("outer_el.pt"), inDim: 1 },
    outer_le: { path: at("outer_le.pt") },
  });
});

test("an older folder with a missing link or one of another type is refused", async () => {
  await writeJson(at("outer_adapter_config.json"), { outer_el_type: "outer_linear_adapter" });
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /outer_adapter_config\.json, at outer_el_type, says .*"outer_linear_adapter"/,
  );
  await writeJson(at("outer_adapter_config.json"), {});
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /has no outer_el\(math\)\.pt or outer_el\.pt; wanted are outer_el, outer_le\. Try /,
  );
});

test("a folder that says nothing of its links is refused", async () => {
  await put("outer_el.pt", "outer_le.pt");
  await expect(findOuterLinks(folder, KEYS, "math")).rejects.toThrow(
    /neither outerlink_config\.json nor outer_adapter_config\.json.*Try /,
  );
});
