import type * as TypeScript from "@tslab/typescript-for-tslab";
import { nearNames, PYTHON } from "./nearNames";

type Ts = typeof TypeScript;

/** What a rule knows about a complaint. */
export interface Complaint {
  ts: Ts;
  checker: TypeScript.TypeChecker;
  /** The smallest piece of code that the complaint is about. */
  node: TypeScript.Node;
  /** The message with all its details. */
  text: string;
  code: number;
}

type Rule = (complaint: Complaint) => string | undefined;

const MAX_LISTED = 12;

/** One line that says what to do about a complaint of the compiler, for the common ones. */
export function hintFor(
  ts: Ts,
  program: TypeScript.Program,
  { file, start = 0, length = 0, code, messageText }: TypeScript.Diagnostic,
): string | undefined {
  if (!file) return undefined;
  const node = smallestAt(ts, file, start, start + length);
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  const complaint = { ts, checker: program.getTypeChecker(), node, text, code };
  try {
    for (const rule of [missingAwait, ...(RULES[code] ?? [])]) {
      const hint = rule(complaint);
      if (hint !== undefined) return hint;
    }
  } catch {
    // Half-written code makes odd trees; the complaint itself stands without a hint.
  }
  return undefined;
}

const again: Rule = ({ node }) =>
  `a cell declares "${node.getText()}" once; a later cell may declare it anew`;
const unknownName: Rule = ({ ts, checker, node }) => {
  const name = node.getText();
  const python = PYTHON[name];
  if (python !== undefined) return python;
  const { Value, Type, Namespace, Alias } = ts.SymbolFlags;
  const names = checker
    .getSymbolsInScope(node, Value | Type | Namespace | Alias)
    .map((symbol) => symbol.name);
  const near = nearNames(name, names);
  return near.length > 0 ? `did you mean ${near.join(", ")}?` : "run the cell that declares it first";
};
const noPage: Rule = () =>
  "cells run in Node, where there is no page; the last expression of a cell is shown";
const mayBeMissing: Rule = ({ node }) => `check it first, or write ${node.getText()}?.`;

const RULES: Record<number, Rule[]> = {
  1308: [() => "only the cell itself and functions marked async may await: write async before the function"],
  2300: [again],
  2304: [unknownName],
  2307: [missingModule],
  2322: [unknownOption, choices],
  2339: [members],
  2345: [unknownOption, choices],
  2353: [options],
  2393: [again],
  2451: [again],
  2531: [mayBeMissing],
  2532: [mayBeMissing],
  2533: [mayBeMissing],
  2552: [({ node }) => PYTHON[node.getText()]],
  2554: [signature],
  2555: [signature],
  2561: [options],
  2584: [noPage],
  2588: [({ node }) => `declare it with let, or anew: const ${node.getText()} = …`],
  2693: [({ node }) => `"${node.getText()}" is a type and has no value when the cell runs`],
  2749: [({ node }) => `write typeof ${node.getText()} for the type of that value`],
  2769: [unknownOption, choices, signature],
  2792: [missingModule],
  2820: [choices],
  18047: [mayBeMissing],
  18048: [mayBeMissing],
  18049: [mayBeMissing],
};

/** Something that arrives later was taken for what will arrive. */
function missingAwait({ ts, node, text, code }: Complaint): string | undefined {
  const isSource =
    /(?:on type|^Type|^Argument of type|missing in type|^Operator .*) '(?:Promise|PromiseLike)</im;
  const toPromise = /to (?:type|parameter of type) '(?:Promise|PromiseLike)</;
  const isIterated = code === 2488 || code === 2504 || code === 2461;
  if (!isSource.test(text) && !(isIterated && /Promise</.test(text))) return undefined;
  if (toPromise.test(text)) return undefined;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return `the value arrives later: write (await ${brief(parent.expression)}).${node.getText()}`;
  }
  return "the value arrives later: write await before what makes it";
}

/** The names an object literal may have. */
function options({ ts, checker, node }: Complaint): string | undefined {
  const literal = ancestor(node, ts.isObjectLiteralExpression);
  const type = literal && checker.getContextualType(literal);
  if (!type) return undefined;
  const names = checker.getPropertiesOfType(checker.getNonNullableType(type)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return names.length === 1 ? `the only option is ${names[0]}` : `the options are ${listed(names)}`;
}

function unknownOption(complaint: Complaint): string | undefined {
  return /may only specify known properties/.test(complaint.text) ? options(complaint) : undefined;
}

/** What a value has, when that is little. */
function members({ ts, checker, node }: Complaint): string | undefined {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent)) return undefined;
  const type = checker.getApparentType(checker.getTypeAtLocation(parent.expression));
  const names = checker
    .getPropertiesOfType(type)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith("_"));
  const near = nearNames(node.getText(), names);
  if (near.length > 0) return `did you mean ${near.map((name) => `.${name}`).join(", ")}?`;
  return names.length > 0 && names.length <= MAX_LISTED ? `it has ${listed(names)}` : undefined;
}

/** The words that are wanted where another one stands. */
function choices({ ts, checker, node }: Complaint): string | undefined {
  const { parent } = node;
  const expression =
    (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) && parent.name === node
      ? parent.initializer
      : (node as TypeScript.Expression);
  const type = expression && ts.isExpression(expression) ? checker.getContextualType(expression) : undefined;
  if (!type?.isUnion()) return undefined;
  const words = type.types.flatMap((one) => (one.isStringLiteral() ? [JSON.stringify(one.value)] : []));
  return words.length > 1 ? `the choices are ${listed(words)}` : undefined;
}

/** How a function is called. */
function signature({ ts, checker, node }: Complaint): string | undefined {
  const call = ancestor(node, (one): one is TypeScript.CallExpression | TypeScript.NewExpression => {
    return ts.isCallExpression(one) || ts.isNewExpression(one);
  });
  const resolved = call && checker.getResolvedSignature(call);
  if (!call || !resolved?.declaration) return undefined;
  const name = `${ts.isNewExpression(call) ? "new " : ""}${brief(call.expression)}`;
  const flags = ts.TypeFormatFlags.NoTruncation;
  return `it is called as ${name}${checker.signatureToString(resolved, undefined, flags)}`;
}

function missingModule({ node }: Complaint): string | undefined {
  const name = node.getText().slice(1, -1);
  if (/^\.{0,2}\//.test(name)) return "paths begin at the notebook's folder, as in ./helpers for helpers.ts";
  return `run npm install ${name.replace(/^((?:@[^/]+\/)?[^/]+).*$/, "$1")} in the notebook's folder`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(", ");
  return names.length > MAX_LISTED ? `${shown}, … ${names.length - MAX_LISTED} more` : shown;
}

function brief(node: TypeScript.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 60 ? "…" : text;
}

function ancestor<T extends TypeScript.Node>(
  node: TypeScript.Node,
  fits: (one: TypeScript.Node) => one is T,
): T | undefined {
  for (let one: TypeScript.Node | undefined = node; one; one = one.parent) if (fits(one)) return one;
  return undefined;
}

function smallestAt(ts: Ts, root: TypeScript.Node, start: number, end: number): TypeScript.Node {
  const inner = ts.forEachChild(root, (child) =>
    child.getStart() <= start && child.end >= end ? child : undefined,
  );
  return inner ? smallestAt(ts, inner, start, end) : root;
}
