import type * as TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;

/** What takes the place of TypeScript's own functions for tslab. */
export interface ShorthandFix {
  createWatchProgram: unknown;
  visitEachChild: Ts["visitEachChild"];
}

/** Where tslab keeps the declarations of earlier cells. */
const EARLIER = "__prev__.d.ts";

/**
 * tslab turns the names of earlier cells into properties of `exports`, but overlooks shorthand: in `{ planner }` it
 * finds the new property, not the variable. Here the shorthand is written out before tslab looks.
 */
export function shorthandFix(ts: Ts): ShorthandFix {
  let checker: (() => TypeScript.TypeChecker) | undefined;
  const createWatchProgram = (host: {
    afterProgramCreate?: (builder: TypeScript.BuilderProgram) => void;
  }): unknown => {
    const inform = host.afterProgramCreate;
    host.afterProgramCreate = (builder) => {
      checker = () => builder.getProgram().getTypeChecker();
      inform?.(builder);
    };
    return ts.createWatchProgram(host as Parameters<Ts["createWatchProgram"]>[0]);
  };
  const isEarlier = (node: TypeScript.Node): boolean => {
    const parsed = ts.getParseTreeNode(node);
    const symbol = parsed && checker?.().getShorthandAssignmentValueSymbol(parsed);
    return symbol?.declarations?.some((from) => from.getSourceFile().fileName.endsWith(EARLIER)) ?? false;
  };
  const visitEachChild = ((node: TypeScript.Node, ...rest: unknown[]): TypeScript.Node => {
    if (!ts.isShorthandPropertyAssignment(node) || !isEarlier(node)) {
      return (ts.visitEachChild as (...given: unknown[]) => TypeScript.Node)(node, ...rest);
    }
    const { factory } = ts;
    const { name, objectAssignmentInitializer } = node;
    const variable = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name.text);
    const value = objectAssignmentInitializer
      ? factory.createAssignment(variable, objectAssignmentInitializer)
      : variable;
    return factory.createPropertyAssignment(name.text, value);
  }) as Ts["visitEachChild"];
  return { createWatchProgram, visitEachChild };
}
