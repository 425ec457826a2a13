import { join } from "node:path";
import { release } from "../engine/memory";
import type { LinkWeights } from "../link/parameters";
import { innerLinkShapes, outerLinkShapes } from "../link/shapes";
import { parseConfig } from "../model/huggingface";
import type { Links } from "../system/links";
import { edgeName } from "../system/style";
import { readObject } from "./files";
import type { ReleasedFolders } from "./folders";
import { findInnerLink } from "./innerLinks";
import type { LinkTask, ReleasedLayout } from "./layout";
import { readLink, type WantedLink } from "./linkFile";
import { type FoundOuterLink, findOuterLinks } from "./outerLinks";

/**
 * Reads all links of a released system, checked against the widths that the agents' `config.json` give; no model is
 * read for it.
 *
 * @throws if a link is missing or does not fit; then no tensor is left
 */
export async function loadReleasedLinks(
  { style, linkKeys, byTask }: ReleasedLayout,
  folders: ReleasedFolders,
  task: LinkTask,
): Promise<Links> {
  const scope = byTask ? task : undefined;
  const widths: Record<string, number> = {};
  for (const role of style.order) widths[role] = await widthOf(folders.agents[role]!);
  const inner: [string, WantedLink][] = [];
  for (const role of style.order) {
    const width = widths[role]!;
    inner.push([
      role,
      {
        path: await findInnerLink(folders.agents[role]!, scope),
        what: `an inner link of the ${role}, whose states are ${width} wide`,
        shapes: innerLinkShapes(width),
      },
    ]);
  }
  const found = await findOuterLinks(folders.outerLinks, Object.values(linkKeys), scope);
  const outer = style.edges.map((edge): [string, WantedLink] => {
    const name = edgeName(edge);
    const file = found[linkKeys[name]!]!;
    const [from, to] = [widths[edge.from]!, widths[edge.to]!];
    const what = `an outer link from the ${edge.from}, ${from} wide, to the ${edge.to}, ${to} wide`;
    checkWidths(file, from, to, what);
    return [name, { path: file.path, what, shapes: outerLinkShapes(from, to) }];
  });
  const links: { inner: Record<string, LinkWeights>; outer: Record<string, LinkWeights> } = {
    inner: {},
    outer: {},
  };
  try {
    for (const [role, wanted] of inner) links.inner[role] = await readLink(wanted);
    for (const [name, wanted] of outer) links.outer[name] = await readLink(wanted);
    return links;
  } catch (error) {
    release({ ...links });
    throw error;
  }
}

async function widthOf(folder: string): Promise<number> {
  const path = join(folder, "config.json");
  const config = await readObject(path);
  if (config) return parseConfig(config, path).hiddenSize;
  throw new Error(
    `there is no file ${path}. Try downloading the released folder again, the model's files included.`,
  );
}

function checkWidths({ path, inDim, outDim }: FoundOuterLink, from: number, to: number, what: string): void {
  if ((inDim ?? from) === from && (outDim ?? to) === to) return;
  throw new Error(
    `the list that names ${path} gives it the widths ${inDim ?? from} to ${outDim ?? to}; wanted is ${what}. ` +
      "Try the link that was trained with these agents.",
  );
}
