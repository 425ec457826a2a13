import { checkChoice, shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import { edgeName, type Style } from "./style";

/** What crosses between agents: latent thoughts through the links, or decoded text. */
export type Medium = "latent" | "text";

/** One medium for every edge, or one by the edge's name, `{ "planner-critic": "text" }`; edges not named are latent. */
export type MediumChoice = Medium | Readonly<Record<string, Medium>>;

/** The medium of a system: `"mixed"` where some edges carry thoughts and some text. */
export type SystemMedium = Medium | "mixed";

/** The medium of each edge of a style. */
export interface Media {
  all: SystemMedium;
  byEdge: Readonly<Record<string, Medium>>;
}

const MEDIA: readonly Medium[] = ["latent", "text"];

/** Works out the medium of each edge; throws for a medium or an edge that does not exist. */
export function mediaOf({ name, edges }: Style, choice: MediumChoice): Media {
  const names = edges.map(edgeName);
  if (typeof choice !== "object" || choice === null) {
    checkChoice("medium", choice, MEDIA);
    return { all: choice, byEdge: Object.fromEntries(names.map((edge) => [edge, choice])) };
  }
  for (const [edge, medium] of Object.entries(choice)) {
    if (!names.includes(edge)) {
      throw new Error(
        `medium names the edge ${shown(edge)}, and the ${name} style has ${names.join(", ") || "none"}. ` +
          `Try ${names.length > 0 ? shown(nearest(edge, names)) : 'medium: "latent"'}.`,
      );
    }
    checkChoice(`the medium of ${edge}`, medium, MEDIA);
  }
  const byEdge = Object.fromEntries(names.map((edge): [string, Medium] => [edge, choice[edge] ?? "latent"]));
  const used = new Set(Object.values(byEdge));
  return { all: used.size > 1 ? "mixed" : ([...used][0] ?? "latent"), byEdge };
}
