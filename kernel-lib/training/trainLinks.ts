import { AbortedError, type LoopControl } from "../engine/control";
import { agentsDigest } from "../system/fingerprint";
import { flattenLinks, unflattenLinks } from "../system/links";
import type { RecursiveSystem } from "../system/system";
import { type CheckpointOptions, descend, type LoopResult, type LoopSettings, type Objective } from "./loop";
import { TrainingRun } from "./run";

/** Runs a descent over links and puts the result in the system, also when it was stopped half-way. */
export async function trainLinks<B>(
  label: string,
  system: RecursiveSystem,
  objective: Objective<B>,
  settings: LoopSettings,
  identity: Readonly<Record<string, unknown>>,
  options: CheckpointOptions & LoopControl & { only?: (name: string) => boolean },
): Promise<TrainingRun> {
  const { only = () => true, ...rest } = options;
  const all = flattenLinks(system.links);
  const trained = Object.fromEntries(Object.entries(all).filter(([name]) => only(name)));
  const keep = ({ parameters }: LoopResult): void =>
    system.replaceLinks(unflattenLinks({ ...all, ...parameters }));
  // links learned with other agents are of no use to these, so their checkpoint is another run's
  const named = rest.checkpoint ? { ...identity, agents: await agentsDigest(system) } : identity;
  try {
    const result = await descend(label, objective, trained, settings, named, rest);
    keep(result);
    return TrainingRun.of(label, result, { ...identity, ...settings });
  } catch (error) {
    if (error instanceof AbortedError && error.partial) keep(error.partial as LoopResult);
    throw error;
  }
}
