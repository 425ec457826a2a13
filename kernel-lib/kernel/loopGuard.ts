import type * as TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;

// Functions of a cell may be printed and run elsewhere, in a worker or a page, where these names mean nothing: the
// guard reads them as properties that may be missing.
const WORDS = "recursivemasStop";
const AT_LOOP = "recursivemasAtLoop";

/** Makes what {@link guardLoops} puts into loops find `words`, and call `atLoop` while the first of them is not 0. */
export function installGuard(words: Int32Array, atLoop: () => void): void {
  // Constant properties of the global object: compiled loops read the word and nothing else.
  Object.defineProperty(globalThis, WORDS, { value: words });
  Object.defineProperty(globalThis, AT_LOOP, { value: atLoop });
}

/** Begins the body of every loop with `if (globalThis.recursivemasStop?.[0]) globalThis.recursivemasAtLoop();`. */
export function guardLoops(ts: Ts): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  return (context) => {
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      return ts.isIterationStatement(visited, false) ? guarded(ts, visited) : visited;
    };
    return (file) => ts.visitNode(file, visit) as TypeScript.SourceFile;
  };
}

function guarded(ts: Ts, loop: TypeScript.IterationStatement): TypeScript.Statement {
  const { factory } = ts;
  const statement = guard(ts, loop);
  const body = ts.isBlock(loop.statement)
    ? factory.updateBlock(loop.statement, [statement, ...loop.statement.statements])
    : factory.createBlock([statement, loop.statement], true);
  if (ts.isForStatement(loop)) {
    return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
  }
  if (ts.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (ts.isForOfStatement(loop)) {
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }
  if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  const { expression } = loop as TypeScript.WhileStatement;
  return factory.updateWhileStatement(loop as TypeScript.WhileStatement, expression, body);
}

function guard(ts: Ts, loop: TypeScript.Node): TypeScript.Statement {
  const { factory } = ts;
  const property = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier("globalThis"), name);
  const word = factory.createElementAccessChain(
    property(WORDS),
    factory.createToken(ts.SyntaxKind.QuestionDotToken),
    0,
  );
  const call = factory.createCallExpression(property(AT_LOOP), undefined, []);
  const statement = factory.createIfStatement(word, factory.createExpressionStatement(call));
  // Stack traces name the loop that was stopped.
  const original = ts.getOriginalNode(loop);
  return ts.setSourceMapRange(statement, { pos: original.getStart(), end: original.end });
}
