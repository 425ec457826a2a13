import { checkCount, checkOptions, shown } from "../engine/check";
import { nearest } from "../engine/nearest";
import type { Style } from "./style";

/** How far an agent may go when it writes to another. */
export interface MessageLimit {
  /** Generation stops after so many tokens, if `maxMessageTokens` does not stop it before. */
  tokens?: number;
  /** What was written is cut to so many characters. */
  characters?: number;
}

/** By role. */
export type MessageLimits = Readonly<Record<string, MessageLimit>>;

/** Throws unless limits are whole numbers, of roles that a style has. */
export function checkMessageLimits({ name, order }: Style, limits: MessageLimits): void {
  checkOptions("messageLimits", limits, `messageLimits: { ${shown(order[0])}: { tokens: 200 } }`);
  for (const [role, limit] of Object.entries(limits)) {
    if (!order.includes(role)) {
      throw new Error(
        `messageLimits names the role ${shown(role)}, and the ${name} style has ${order.join(", ")}. ` +
          `Try ${shown(nearest(role, order))}.`,
      );
    }
    checkOptions(`the limit of the ${role}`, limit, "{ tokens: 200 }");
    for (const [kind, value] of Object.entries(limit)) {
      if (kind !== "tokens" && kind !== "characters") {
        const known = nearest(kind, ["tokens", "characters"]);
        throw new Error(
          `the limit of the ${role} has ${shown(kind)}; it can have tokens and characters. Try ${known}: 200.`,
        );
      }
      if (value !== undefined) checkCount(`${kind} in the limit of the ${role}`, value, `${kind}: 200`);
    }
  }
}

/** The tighter of two sets of limits, role by role. */
export function tightest(a: MessageLimits, b: MessageLimits): MessageLimits {
  const least = (x: number | undefined, y: number | undefined): number | undefined =>
    x === undefined || y === undefined ? (x ?? y) : Math.min(x, y);
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((role): [string, MessageLimit] => {
      const tokens = least(a[role]?.tokens, b[role]?.tokens);
      const characters = least(a[role]?.characters, b[role]?.characters);
      return [role, { ...(tokens && { tokens }), ...(characters && { characters }) }];
    }),
  );
}

/** A text cut to so many characters, a character of two code units counted once. */
export const cutTo = (text: string, characters: number | undefined): string =>
  characters === undefined ? text : [...text].slice(0, characters).join("");
