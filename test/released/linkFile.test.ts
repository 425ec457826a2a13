import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeSafetensors } from "../../kernel-lib/checkpoint/safetensors";
import { ready } from "../../kernel-lib/engine/backend";
import { random } from "../../kernel-lib/engine/random";
import { tf } from "../../kernel-lib/engine/tf";
import { createInnerLink } from "../../kernel-lib/link/innerLink";
import { createOuterLink } from "../../kernel-lib/link/outerLink";
import { innerLinkShapes, outerLinkShapes } from "../../kernel-lib/link/shapes";
import { checkType, readLink } from "../../kernel-lib/released/linkFile";
import { tensorsLeftBy } from "../support/tensors";
import { type Saved, writeTorchFile } from "../support/torchFile";
import { linkFile } from "./team";

let folder: string;
beforeAll(async () => {
  await ready();
  folder = await mkdtemp(join(tmpdir(), "link-"));
});
afterAll(() => rm(folder, { recursive: true }));

const wanted = (path: string) => ({ path, what: "an outer link from 2 to 3", shapes: outerLinkShapes(2, 3) });
const raw = (link: Record<string, Saved>) =>
  Object.fromEntries(
    Object.entries(link).map(([name, { shape, data }]) => [name, { shape: [...shape], data }]),
  );

test("a link reads alike from a torch archive and from safetensors, linear layers turned", async () => {
  const link = linkFile("alike", 2, 3, "outer");
  const [pt, st] = [join(folder, "a.pt"), join(folder, "a.safetensors")];
  await writeTorchFile(pt, link);
  await writeSafetensors(st, raw(link));
  const { data } = link["residual_proj.weight"]!;
  for (const path of [pt, st]) {
    const read = await readLink(wanted(path));
    const weight = read["residual_proj.weight"]!;
    expect(weight.shape).toEqual([2, 3]);
    expect([...(await weight.data())]).toEqual([0, 2, 4, 1, 3, 5].map((at) => data[at]));
    expect([...(await read["ln_source.bias"]!.data())]).toEqual([...link["ln_source.bias"]!.data]);
    tf.dispose({ ...read });
  }
});

test("a link with a tensor too few, one too many or one of another shape is refused, and no tensor stays", async () => {
  const link = linkFile("broken", 2, 3, "outer");
  const { "proj2.bias": _, ...few } = link;
  const many = { ...link, "gate.weight": link["proj1.weight"]! };
  const shape = { ...link, "proj1.weight": { ...link["proj1.weight"]!, shape: [2, 6] } };
  const left = await tensorsLeftBy(async () => {
    for (const [content, message] of [
      [few, /a\.pt is not an outer link from 2 to 3: it holds .*; wanted is .*proj2\.bias.*Try /],
      [many, /it holds .*gate\.weight; wanted is /],
      [
        shape,
        /does not fit an outer link from 2 to 3: its proj1\.weight is \[2,6\]; wanted is \[6,2\]\. Try /,
      ],
      [{}, /it holds nothing/],
    ] as const) {
      await writeTorchFile(join(folder, "a.pt"), content);
      await expect(readLink(wanted(join(folder, "a.pt")))).rejects.toThrow(message);
    }
  });
  expect(left).toBe(0);
});

test("the shapes of links are those of new ones", () => {
  const shapesOf = (link: Readonly<Record<string, tf.Tensor>>) =>
    Object.fromEntries(Object.entries(link).map(([name, { shape }]) => [name, shape]));
  tf.tidy(() => {
    expect(innerLinkShapes(5)).toEqual(shapesOf(createInnerLink(5, random(1))));
    expect(outerLinkShapes(5, 3)).toEqual(shapesOf(createOuterLink(5, 3, random(1))));
  });
});

test("a type that is not said is taken on trust, and one of several names is enough", () => {
  checkType(undefined, ["a", "b"], "x.json");
  checkType("b", ["a", "b"], "x.json");
  expect(() => checkType(null, ["a", "b"], "x.json")).toThrow(
    /x\.json says that the link is of type null; wanted is "a"\. Try /,
  );
});
