import type { MimeBundle } from "../engine/bridge";
import { escapeHTML } from "../engine/html";
import type { MessageLimit } from "./messageLimits";
import { edgeName } from "./style";
import type { RecursiveSystem } from "./system";

/** A system in words: its agents, its settings, what is trained. */
export function systemText(system: RecursiveSystem): string {
  return [titleOf(system), ...factsOf(system).map(([key, value]) => `  ${key}: ${value}`)].join("\n");
}

/** The same as a table. */
export function systemView(system: RecursiveSystem): MimeBundle {
  const cells = factsOf(system).map((fact) => fact.map(escapeHTML));
  const rows = cells.map(([key, value]) => `<tr><td><b>${key}</b></td><td>${value}</td></tr>`);
  return {
    "text/html": `<table><tr><th colspan="2">${escapeHTML(titleOf(system))}</th></tr>${rows.join("")}</table>`,
    "text/plain": systemText(system),
  };
}

const titleOf = ({ style }: RecursiveSystem): string => `Recursive system, ${style.name}`;

function factsOf(system: RecursiveSystem): [string, string][] {
  const { style, agents, latentSteps, composition, messageLimits, tools, trainableParameters } = system;
  const count = (value: number): string => value.toLocaleString("en-US");
  const limits = Object.entries(messageLimits).map(([role, limit]) => `${role} ${limitText(limit)}`);
  return [
    ...style.order.map((role): [string, string] => {
      const { model, hiddenSize, parameters } = agents[role]!;
      return [role, `${model.config.family}, width ${hiddenSize}, ${count(parameters)} parameters, frozen`];
    }),
    ["medium", mediumText(system)],
    ...(limits.length > 0 ? [["messages end after", limits.join("; ")] as [string, string]] : []),
    ...(tools.length > 0
      ? [[`tools of the ${style.speaker}`, tools.map(({ name }) => name).join(", ")] as [string, string]]
      : []),
    ["latent steps per turn", `${latentSteps}`],
    ["composition", composition],
    ["links", `${count(trainableParameters)} trainable parameters`],
  ];
}

function mediumText(system: RecursiveSystem): string {
  if (system.medium !== "mixed") return system.medium;
  const written = system.style.edges.map(edgeName).filter((edge) => system.mediumOf(edge) === "text");
  return `mixed, in words on ${written.join(", ")}`;
}

const limitText = ({ tokens, characters }: MessageLimit): string =>
  [...(tokens ? [`${tokens} tokens`] : []), ...(characters ? [`${characters} characters`] : [])].join(" or ");
