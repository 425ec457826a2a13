import { mkdir, readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../checkpoint/atomic";
import { readSafetensors, writeSafetensors } from "../checkpoint/safetensors";
import { tf } from "../engine/tf";
import type { NamedTensors, OptimizerState } from "./optimizer";

/** Everything a run needs to go on as if it had never stopped. */
export interface TrainingState {
  parameters: NamedTensors;
  optimizer: OptimizerState;
  losses: number[];
  /** Spent on the steps so far, in all the processes that took them. */
  seconds: number;
}

interface Manifest {
  format: 1;
  /** What was trained, and how: a run resumes only with the same settings. */
  settings: Readonly<Record<string, unknown>>;
  step: number;
  losses: number[];
  seconds: number;
  file: string;
}

const MANIFEST = "manifest.json";

/**
 * Saves a state: first the tensors under a name of their own, then the manifest that points at them, so that a crash
 * at any moment leaves the last whole checkpoint.
 */
export async function saveCheckpoint(
  folder: string,
  settings: Manifest["settings"],
  { parameters, optimizer, losses, seconds }: TrainingState,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { step } = optimizer;
  const file = `step-${String(step).padStart(6, "0")}.safetensors`;
  const groups: [string, NamedTensors][] = [
    ["parameters", parameters],
    ["m", optimizer.m],
    ["v", optimizer.v],
  ];
  const tensors: Record<string, { shape: number[]; data: Float32Array }> = {};
  for (const [group, members] of groups) {
    for (const [name, tensor] of Object.entries(members)) {
      tensors[`${group}/${name}`] = { shape: [...tensor.shape], data: (await tensor.data()) as Float32Array };
    }
  }
  await writeSafetensors(join(folder, file), tensors);
  const manifest: Manifest = { format: 1, settings, step, losses, seconds, file };
  await writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  await removeStates(folder, file);
}

/** Removes the checkpoint in a folder, and the folder too if nothing else is in it. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await rm(join(folder, MANIFEST), { force: true });
  await removeStates(folder);
  if ((await readdir(folder)).length === 0) await rmdir(folder);
}

async function removeStates(folder: string, but?: string): Promise<void> {
  const stale = (await readdir(folder)).filter(
    (name) => /^step-\d+\.safetensors$/.test(name) && name !== but,
  );
  await Promise.all(stale.map((name) => rm(join(folder, name), { force: true })));
}

/**
 * Loads the state in a folder, or nothing if there is none.
 *
 * @throws if it was made with other settings, or is damaged
 */
export async function loadCheckpoint(
  folder: string,
  settings: Manifest["settings"],
): Promise<TrainingState | undefined> {
  const path = join(folder, MANIFEST);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    // one that is there but cannot be read must not be taken for a fresh start, and overwritten
    if (error.code === "ENOENT") return undefined;
    throw new Error(`the checkpoint ${path} cannot be read (${error.code}). Try another folder.`);
  });
  if (text === undefined) return undefined;
  const manifest = parseManifest(text, path);
  checkSettings(manifest.settings, settings, folder);
  const raw = await readSafetensors(join(folder, manifest.file));
  const group = (name: string): NamedTensors =>
    Object.fromEntries(
      Object.entries(raw)
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, { shape, data }]) => [key.slice(name.length + 1), tf.tensor(data, [...shape])]),
    );
  return {
    parameters: group("parameters"),
    optimizer: { step: manifest.step, m: group("m"), v: group("v") },
    losses: manifest.losses,
    seconds: manifest.seconds,
  };
}

function parseManifest(text: string, path: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.format !== 1) throw new Error(`its format is ${manifest.format}, and this version reads 1`);
    const { settings, step, losses, seconds, file } = manifest;
    const numbers = Number.isInteger(step) && Number.isFinite(seconds) && Array.isArray(losses);
    if (!settings || !numbers || typeof file !== "string") {
      throw new Error("it lacks settings, step, losses, seconds or file");
    }
    return manifest;
  } catch (error) {
    throw new Error(`${path} is not a training checkpoint: ${(error as Error).message}. Try another folder.`);
  }
}

function checkSettings(found: Manifest["settings"], wanted: Manifest["settings"], folder: string): void {
  const keys = new Set([...Object.keys(found), ...Object.keys(wanted)]);
  for (const key of keys) {
    const [old, now] = [found[key], wanted[key]].map((value) => JSON.stringify(value));
    if (old === now) continue;
    throw new Error(
      `the checkpoint in ${folder} was made with ${key} = ${old}, and this run has ${now}. ` +
        "Try the same settings, or another folder for a new run.",
    );
  }
}
