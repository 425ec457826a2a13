import type * as TypeScript from "@tslab/typescript-for-tslab";
import { isInstalled } from "./library";

type Ts = typeof TypeScript;
type Inspect = (file: TypeScript.SourceFile, checker: TypeScript.TypeChecker, ...rest: unknown[]) => unknown;

interface Documented extends TypeScript.Node {
  jsDoc?: TypeScript.JSDoc[];
}

interface Internals {
  getTouchingPropertyName(file: TypeScript.SourceFile, position: number): TypeScript.Node;
  getQuickInfoAtPosition: Inspect;
}

/**
 * Documentation on demand. A third of the time that TypeScript takes to read declarations goes into their comments, of
 * which a session shows a few: so files are read with blanks in their place, and when a name is explained, its comment
 * is taken from the file itself.
 */
export interface Documentation {
  /** The text of a file as the compiler is to read it; every character keeps its place. */
  withoutComments(file: string, text: string | undefined): string | undefined;
  /** Takes the place of TypeScript's function of this name. */
  getQuickInfoAtPosition: Inspect;
}

export function documentationOnDemand(ts: Ts, isKept: (file: string) => boolean): Documentation {
  const { getQuickInfoAtPosition, getTouchingPropertyName } = ts as unknown as Internals;
  const blanked = new Map<string, string>();
  const complete = (declaration: Documented): void => {
    const { fileName } = declaration.getSourceFile();
    const text = blanked.get(fileName);
    if (text === undefined || declaration.jsDoc) return;
    const twin = findTwin(ts, ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true), declaration);
    if (twin?.jsDoc) declaration.jsDoc = twin.jsDoc;
  };
  return {
    withoutComments(file, text) {
      if (!text || !file.endsWith(".d.ts") || !isInstalled(file) || isKept(file)) return text;
      blanked.set(file, text);
      return blankComments(text);
    },
    getQuickInfoAtPosition(file, checker, ...rest) {
      const symbol = checker.getSymbolAtLocation(getTouchingPropertyName(file, rest[1] as number));
      const meant = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      for (const declaration of meant?.declarations ?? []) {
        complete(declaration);
        // the comment of a variable stands before its statement
        const statement = declaration.parent?.parent;
        if (statement && ts.isVariableStatement(statement)) complete(statement);
      }
      return getQuickInfoAtPosition(file, checker, ...rest);
    },
  };
}

/** Comments of documentation begin a line in every declaration file; anywhere else they may be part of a text. */
export function blankComments(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (let at = text.indexOf("/**"); at >= 0; at = text.indexOf("/**", at)) {
    const end = text.indexOf("*/", at + 3) + 2;
    if (end < 2) break;
    if (text[at + 3] === "/" || !beginsLine(text, at)) {
      at += 3;
      continue;
    }
    parts.push(text.slice(done, at), " ".repeat(end - at));
    done = end;
    at = end;
  }
  return parts.join("") + text.slice(done);
}

function beginsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before--;
  return before < 0 || text[before] === "\n";
}

/** The node at the same place of the same text. */
function findTwin(ts: Ts, file: TypeScript.SourceFile, wanted: TypeScript.Node): Documented | undefined {
  const visit = (node: TypeScript.Node): TypeScript.Node | undefined => {
    if (node.pos > wanted.pos || node.end < wanted.end) return undefined;
    if (node.kind === wanted.kind && node.pos === wanted.pos && node.end === wanted.end) return node;
    return ts.forEachChild(node, visit);
  };
  return visit(file) as Documented | undefined;
}
