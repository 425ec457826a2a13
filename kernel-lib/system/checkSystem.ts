import { shown } from "../engine/check";
import { flattenLinks } from "./links";
import type { RecursiveSystem } from "./system";

/** Throws unless `system` is one that can run: no promise of it, and neither its links nor its agents disposed of. */
export function checkSystem(system: RecursiveSystem): void {
  if ((system as unknown) instanceof Promise) {
    throw new TypeError(
      "the system is a promise, since systems are made asynchronously. Try await before what makes it, " +
        "as in const mas = await sequential(agents).",
    );
  }
  if (typeof system !== "object" || system === null || !("agents" in system) || !("links" in system)) {
    throw new TypeError(
      `the system is ${shown(system)}, which is no system of agents. Try one that sequential() makes.`,
    );
  }
  for (const role of system.style.order) {
    const { name, model } = system.agents[role]!;
    if (!Object.values(model.weights).some(({ isDisposed }) => isDisposed)) continue;
    throw new Error(`the model of the ${role} ("${name}") was disposed of. Try loading its agent again.`);
  }
  if (Object.values(flattenLinks(system.links)).some(({ isDisposed }) => isDisposed)) {
    throw new Error("the links of this system were disposed of. Try clone() before dispose().");
  }
}
