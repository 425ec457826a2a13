import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findInnerLink } from "../../kernel-lib/released/innerLinks";
import { writeJson } from "./team";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "inner-"));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (...names: string[]) => Promise.all(names.map((name) => writeFile(join(folder, name), "")));
const manifest = (tasks: object) => writeJson(join(folder, "innerlink_config.json"), { tasks });

test("the file that the manifest names for the task comes first", async () => {
  await put("m.pt", "adapter(math).pt", "adapter.pt");
  await manifest({ math: { "adapter.pt": "m.pt" }, code: {} });
  expect(await findInnerLink(folder, "math")).toBe(join(folder, "m.pt"));
});

test("a task in the manifest without a name of its own has the plain file", async () => {
  await put("adapter(code).pt", "adapter.pt");
  await manifest({ code: {} });
  expect(await findInnerLink(folder, "code")).toBe(join(folder, "adapter.pt"));
});

test("for a task that the manifest does not name, the file with the task in its name comes before the plain one", async () => {
  await put("adapter.pt");
  await manifest({ math: { "adapter.pt": "m.pt" } });
  expect(await findInnerLink(folder, "code")).toBe(join(folder, "adapter.pt"));
  await put("adapter(code).pt");
  expect(await findInnerLink(folder, "code")).toBe(join(folder, "adapter(code).pt"));
});

test("without a task only the plain file counts", async () => {
  await put("adapter(math).pt", "m.pt");
  await manifest({ math: { "adapter.pt": "m.pt" } });
  await expect(findInnerLink(folder, undefined)).rejects.toThrow(
    /holds no inner link; wanted is adapter\.pt, or an innerlink_config\.json.*Try /,
  );
  await put("adapter.pt");
  expect(await findInnerLink(folder, undefined)).toBe(join(folder, "adapter.pt"));
});

test("a file in safetensors stands in for a missing one, in the same order", async () => {
  await put("adapter.safetensors");
  expect(await findInnerLink(folder, "math")).toBe(join(folder, "adapter.safetensors"));
  await put("adapter(math).safetensors", "adapter.pt");
  expect(await findInnerLink(folder, "math")).toBe(join(folder, "adapter(math).safetensors"));
  await put("adapter(math).pt");
  expect(await findInnerLink(folder, "math")).toBe(join(folder, "adapter(math).pt"));
});

test("an empty folder is refused, with the names looked for", async () => {
  await expect(findInnerLink(folder, "code")).rejects.toThrow(
    /no inner link for code; wanted is adapter\(code\)\.pt or adapter\.pt, .*Try /,
  );
});

test("a manifest that names a file which is not there, or one outside its folder, is refused", async () => {
  await put("adapter(math).pt");
  await manifest({ math: { "adapter.pt": "gone.pt" } });
  await expect(findInnerLink(folder, "math")).rejects.toThrow(/innerlink_config\.json names gone\.pt.*Try /);
  for (const name of ["../adapter.pt", "/etc/passwd", "..", 7]) {
    await manifest({ math: { "adapter.pt": name } });
    await expect(findInnerLink(folder, "math")).rejects.toThrow(/a plain name .* is wanted\. Try /);
  }
});

test("a manifest that is no JSON, or no object, is refused by its path", async () => {
  const path = join(folder, "innerlink_config.json");
  await writeFile(path, "{");
  await expect(findInnerLink(folder, "math")).rejects.toThrow(/innerlink_config\.json is not JSON: .*Try /);
  await writeFile(path, "[]");
  await expect(findInnerLink(folder, "math")).rejects.toThrow(/holds no JSON object\. Try /);
});

test("a link of another type is refused, by the settings of its task where there are some", async () => {
  await put("adapter.pt");
  await writeJson(join(folder, "adapter_config.json"), { adapter_type: "res_adapter" });
  await expect(findInnerLink(folder, "math")).rejects.toThrow(
    /adapter_config\.json says that the link is of type "res_adapter"; wanted is "ln_res_adapter"\. Try /,
  );
  await writeJson(join(folder, "adapter_config(math).json"), { adapter_type: "ln_res_adapter" });
  expect(await findInnerLink(folder, "math")).toBe(join(folder, "adapter.pt"));
  await writeJson(join(folder, "m.json"), { adapter_type: "adapter" });
  await manifest({ math: { "adapter_config.json": "m.json" } });
  await expect(findInnerLink(folder, "math")).rejects.toThrow(/m\.json says .*"adapter"/);
});
