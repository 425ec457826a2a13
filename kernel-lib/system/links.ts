import type { Agent } from "../agent/agent";
import { random } from "../engine/random";
import { tf } from "../engine/tf";
import { createInnerLink } from "../link/innerLink";
import { createOuterLink } from "../link/outerLink";
import type { LinkWeights } from "../link/parameters";
import { innerLinkShapes, type LinkShapes, outerLinkShapes } from "../link/shapes";
import { edgeName, type Style } from "./style";

/** The links of a system: one inner link per role, one outer link per edge. */
export interface Links {
  inner: Readonly<Record<string, LinkWeights>>;
  outer: Readonly<Record<string, LinkWeights>>;
}

/** Fresh random links for a style, scaled to the embeddings that they stand in for. */
export async function createLinks(
  style: Style,
  agents: Readonly<Record<string, Agent>>,
  { seed }: { seed: number },
): Promise<Links> {
  const scales: Record<string, number> = {};
  for (const role of style.order) scales[role] = await embeddingScale(agents[role]!);
  return {
    inner: Object.fromEntries(
      style.order.map((role) => {
        const stream = random(seed, "inner", role);
        return [role, createInnerLink(agents[role]!.hiddenSize, stream, { scale: scales[role] })];
      }),
    ),
    outer: Object.fromEntries(
      style.edges.map((edge) => {
        const { from, to } = edge;
        const stream = random(seed, "outer", edgeName(edge));
        const scale = scales[to];
        return [
          edgeName(edge),
          createOuterLink(agents[from]!.hiddenSize, agents[to]!.hiddenSize, stream, { scale }),
        ];
      }),
    ),
  };
}

/** The shapes of all links of a style, under flat names. */
export function linkShapes({ order, edges }: Style, agents: Readonly<Record<string, Agent>>): LinkShapes {
  const width = (role: string): number => agents[role]!.hiddenSize;
  const flat = (path: string, shapes: LinkShapes): [string, readonly number[]][] =>
    Object.entries(shapes).map(([name, shape]) => [`${path}.${name}`, shape]);
  return Object.fromEntries([
    ...order.flatMap((role) => flat(`inner.${role}`, innerLinkShapes(width(role)))),
    ...edges.flatMap((edge) =>
      flat(`outer.${edgeName(edge)}`, outerLinkShapes(width(edge.from), width(edge.to))),
    ),
  ]);
}

/** Root mean square of an agent's token embeddings, as they enter its first layer: Gemma 3 multiplies them before. */
async function embeddingScale({ model: { weights, config } }: Agent): Promise<number> {
  const mean = tf.tidy(() => tf.mean(tf.square(weights["model.embed_tokens.weight"]!)));
  const [value] = await mean.data();
  mean.dispose();
  return Math.sqrt(value!) * (config.embeddingScale ?? 1);
}

/** The tensors of all links under flat names: `inner.planner.proj1.weight`, `outer.planner-critic.proj1.weight`. */
export function flattenLinks({ inner, outer }: Links): Record<string, tf.Tensor> {
  const flat = (kind: string, links: Readonly<Record<string, LinkWeights>>): [string, tf.Tensor][] =>
    Object.entries(links).flatMap(([owner, link]) =>
      Object.entries(link).map(([name, tensor]): [string, tf.Tensor] => [`${kind}.${owner}.${name}`, tensor]),
    );
  return Object.fromEntries([...flat("inner", inner), ...flat("outer", outer)]);
}

/** The reverse of {@link flattenLinks}; names it does not know are left out. */
export function unflattenLinks(flat: Readonly<Record<string, tf.Tensor>>): Links {
  const links: { inner: Record<string, Record<string, tf.Tensor>>; outer: typeof links.inner } = {
    inner: {},
    outer: {},
  };
  for (const [path, tensor] of Object.entries(flat)) {
    const [kind, owner, ...name] = path.split(".");
    if (kind !== "inner" && kind !== "outer") continue;
    links[kind][owner!] ??= {};
    links[kind][owner!]![name.join(".")] = tensor;
  }
  return links;
}
