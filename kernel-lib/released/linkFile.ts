import { type RawTensor, readSafetensors } from "../checkpoint/safetensors";
import { readTorchArchive } from "../checkpoint/torchArchive";
import { tf } from "../engine/tf";
import type { LinkWeights } from "../link/parameters";
import type { LinkShapes } from "../link/shapes";

/** What a link file must hold, and whose it is. */
export interface WantedLink {
  path: string;
  /** As in errors: "the inner link of the planner, width 2048". */
  what: string;
  /** In memory. */
  shapes: LinkShapes;
}

/**
 * Reads a link from a state dictionary (`.pt` or safetensors), as float32 tensors in memory layout.
 *
 * @throws if the file cannot be read, or holds other tensors or other shapes; then no tensor is left
 */
export async function readLink(wanted: WantedLink): Promise<LinkWeights> {
  const { path, shapes } = wanted;
  const raw = path.endsWith(".safetensors") ? await readSafetensors(path) : await readTorchArchive(path);
  checkLink(raw, wanted);
  // PyTorch keeps a linear layer as [out, in]
  return Object.fromEntries(
    Object.keys(shapes).map((name) => {
      const { data, shape } = raw[name]!;
      return [
        name,
        tf.tidy(() => (shape.length === 2 ? tf.transpose(tf.tensor(data, [...shape])) : tf.tensor(data))),
      ];
    }),
  );
}

function checkLink(raw: Readonly<Record<string, RawTensor>>, { path, what, shapes }: WantedLink): void {
  const missing = Object.keys(shapes).filter((name) => !(name in raw));
  const extra = Object.keys(raw).filter((name) => !(name in shapes));
  if (missing.length > 0 || extra.length > 0) {
    throw new Error(
      `${path} is not ${what}: it holds ${Object.keys(raw).join(", ") || "nothing"}; ` +
        `wanted is ${Object.keys(shapes).join(", ")}. ` +
        "Try the file of the released repository; links without layer norms, or of other kinds, are not read.",
    );
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const found = raw[name]!.shape;
    const stored = [...shape].reverse();
    if (`${found}` === `${stored}`) continue;
    throw new Error(
      `${path} does not fit ${what}: its ${name} is [${found}]; wanted is [${stored}]. ` +
        "Try the link that was trained with these agents.",
    );
  }
}

/** Throws unless a link is of the released kind, where a side file says which. */
export function checkType(found: unknown, wanted: readonly string[], source: string): void {
  if (found === undefined || wanted.includes(found as string)) return;
  throw new Error(
    `${source} says that the link is of type ${JSON.stringify(found)}; wanted is "${wanted[0]}". ` +
      "Try the released links, which are all of that type.",
  );
}
