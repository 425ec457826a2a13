import { hashSeed, type Random } from "../engine/random";

/** A forest as parent pointers: `parent[i]` is the parent of node i; a root is its own parent. */
export interface Forest {
  parent: readonly number[];
  /** The node that the question starts from. */
  start: number;
  /** The order in which the pairs are listed. */
  order: readonly number[];
}

export const NODES = 12;
/** Names of the nodes; the same word stands for a node as child, as parent and in messages. */
export const NODE_NAMES = "abcdefghijkl".split("");

/**
 * A forest whose start node lies `depth` hops below its root; the other nodes hang anywhere.
 *
 * @param size how many of the twelve nodes it has; the parent of an absent node is −1
 */
export function randomForest(random: Random, depth: number, size = NODES): Forest {
  const nodes = random.shuffle(NODE_NAMES.map((_, i) => i)).slice(0, size);
  const parent = new Array<number>(NODES).fill(-1);
  nodes.forEach((node, rank) => {
    if (rank === 0) parent[node] = node;
    else if (rank <= depth) parent[node] = nodes[rank - 1]!;
    else parent[node] = random.uniform() < 0.1 ? node : nodes[random.integer(rank)]!;
  });
  return { parent, start: nodes[depth]!, order: random.shuffle(nodes) };
}

/** The nodes whose parent is `node`. */
export function childrenOf({ parent }: Forest, node: number): number[] {
  return parent.flatMap((above, child) => (above === node ? [child] : []));
}

/** The nodes from `start` to its root, both included. */
export function pathToRoot({ parent }: Forest, start: number): number[] {
  const path = [start];
  for (let node = start; parent[node] !== node; node = parent[node]!) path.push(parent[node]!);
  return path;
}

/** "child parent ;" for each pair, shuffled. */
export function forestText({ parent, order }: Forest, names: readonly string[] = NODE_NAMES): string {
  return order.map((node) => `${names[node]} ${names[parent[node]!]} ;`).join(" ");
}

/** One hop in words. */
export function hopText(child: number, parent: number, names: readonly string[] = NODE_NAMES): string {
  return `${names[parent]} is parent of ${names[child]} , go ${names[parent]}`;
}

/** Splits by content: one tree in five is for testing, whatever the seed, whatever the order of its pairs. */
export function isHeldOut({ parent }: Forest): boolean {
  return hashSeed("held-out", ...parent) % 5 === 0;
}

/** A forest that no test asks about, of `size` nodes. */
export function trainingForest(random: Random, size: number): Forest {
  const forest = randomForest(random, 1 + random.integer(Math.min(9, size - 1)), size);
  return isHeldOut(forest) ? trainingForest(random, size) : forest;
}

/** How many nodes the forests of a lesson have: few at first, then mostly all, since lookup is found sooner among few. */
export function lessonSize(random: Random, step: number, easySteps: number): number {
  if (step < easySteps) return 3 + random.integer(2 + Math.floor((8 * step) / easySteps));
  return random.uniform() < 0.8 ? NODES : 3 + random.integer(NODES - 2);
}
