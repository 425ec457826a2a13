import type * as TypeScript from "@tslab/typescript-for-tslab";

/**
 * Whether compiled code awaits outside any function. tslab goes by a diagnostic that TypeScript does not give for
 * `await (…)`, which could be a call of something named await.
 */
export function hasTopLevelAwait(ts: typeof TypeScript, code: string): boolean {
  if (!/\bawait\b/.test(code)) return false;
  // as a module it is parsed with await as a keyword
  const file = ts.createSourceFile(
    "cell.mjs",
    `export {};\n${code}`,
    ts.ScriptTarget.Latest,
    false,
    ts.ScriptKind.JS,
  );
  const awaits = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, awaits) ?? false;
  };
  return awaits(file);
}
