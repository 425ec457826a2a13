import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../checkpoint/atomic";
import { readSafetensors, writeSafetensors } from "../checkpoint/safetensors";
import { tf } from "../engine/tf";
import { checkLinks } from "./checkLinks";
import { checkSystem } from "./checkSystem";
import { agentsDigest } from "./fingerprint";
import { flattenLinks, unflattenLinks } from "./links";
import type { RecursiveSystem } from "./system";

/** What stands beside saved links. */
interface LinksManifest {
  format: 1;
  style: string;
  /** By role, the width of the agent's hidden states. */
  widths: Record<string, number>;
  /** By role, a digest of the agent's model. */
  agents: Record<string, string>;
  latentSteps: number;
  composition: string;
  file: string;
}

const MANIFEST = "links.json";

/**
 * Saves the links of a system in a folder: `links.safetensors` (linear layers as `[out, in]`, PyTorch's layout) and
 * `links.json`.
 *
 * @example await saveLinks(mas, "my-links")
 */
export async function saveLinks(system: RecursiveSystem, folder: string): Promise<void> {
  checkSystem(system);
  const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
  for (const [name, tensor] of Object.entries(flattenLinks(system.links))) {
    const stored = tf.tidy(() => (tensor.rank === 2 ? tf.transpose(tensor) : tensor.clone()));
    tensors[name] = { shape: [...stored.shape], data: (await stored.data()) as Float32Array };
    stored.dispose();
  }
  const manifest: LinksManifest = {
    format: 1,
    style: system.style.name,
    widths: widthsOf(system),
    agents: await agentsDigest(system),
    latentSteps: system.latentSteps,
    composition: system.composition,
    file: "links.safetensors",
  };
  await writeSafetensors(join(folder, manifest.file), tensors);
  await writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Puts saved links into a system.
 *
 * @throws if they are missing, damaged, or were trained in another style or composition, or with other agents
 * @example await loadLinks(mas, "my-links")
 */
export async function loadLinks(system: RecursiveSystem, folder: string): Promise<void> {
  checkSystem(system);
  const path = join(folder, MANIFEST);
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(`there is no ${path}. Try a folder that saveLinks() wrote.`);
  });
  const { style, widths, agents, composition, file } = parseManifest(text, path);
  const [had, have] = [JSON.stringify(widths), JSON.stringify(widthsOf(system))];
  if (style !== system.style.name || had !== have) {
    throw new Error(
      `the links in ${folder} belong to another system: ${style} with widths ${had}, ` +
        `and this one is ${system.style.name} with ${have}. Try the agents they were trained with.`,
    );
  }
  if (composition !== system.composition) {
    throw new Error(
      `the links in ${folder} were trained as ${composition}, and this system composes ${system.composition}. ` +
        `Try a system made with composition: ${JSON.stringify(composition)}.`,
    );
  }
  for (const [role, digest] of Object.entries(await agentsDigest(system))) {
    if (agents[role] === digest) continue;
    throw new Error(
      `the links in ${folder} were trained with other weights of the ${role} ("${system.agents[role]!.name}"). ` +
        "Try the agents they were trained with, or train anew with warmStart().",
    );
  }
  const raw = await readSafetensors(join(folder, file));
  const flat = Object.fromEntries(
    Object.entries(raw).map(([name, { shape, data }]) => [
      name,
      tf.tidy(() => {
        const stored = tf.tensor(data, [...shape]);
        return shape.length === 2 ? tf.transpose(stored) : stored;
      }),
    ]),
  );
  try {
    checkLinks(system, unflattenLinks(flat));
  } catch (error) {
    tf.dispose(flat);
    throw error;
  }
  system.replaceLinks(unflattenLinks(flat));
}

function parseManifest(text: string, path: string): LinksManifest {
  try {
    const manifest = JSON.parse(text) as LinksManifest;
    if (manifest.format !== 1) throw new Error(`its format is ${manifest.format}, and this version reads 1`);
    if (!manifest.agents) throw new Error("it does not say with which agents they were trained");
    return manifest;
  } catch (error) {
    throw new Error(
      `${path} does not describe links: ${(error as Error).message}. Try a folder that saveLinks() wrote.`,
    );
  }
}

const widthsOf = ({ style, agents }: RecursiveSystem): Record<string, number> =>
  Object.fromEntries(style.order.map((role) => [role, agents[role]!.hiddenSize]));
