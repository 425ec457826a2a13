import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Library } from "./library";

/** A package whose types are many files, of which the library's declarations name one or two. */
interface Heavy {
  name: string;
  /** Code that cannot be typed without the whole. */
  needs: RegExp;
  /** The file that declares what the library names. */
  part(require: NodeJS.Require): string;
}

const HEAVY: readonly Heavy[] = [
  {
    name: "@tensorflow/tfjs",
    needs: /\btf\b|tensorflow/,
    part: (require) => require.resolve("@tensorflow/tfjs-core/dist/tensor.d.ts"),
  },
  {
    name: "arquero",
    needs: /\barquero\b|\baq\b|\bdata\b/,
    part: () => path.join(__dirname, "columnTable.d.ts"),
  },
];

/** Local files may use any of them. */
const IMPORTS_FILES = /["'`]\.{1,2}\//;

/**
 * Types of heavy packages on demand: those of TensorFlow.js alone are two thirds of the files behind the library's
 * declarations, which name only tensors. Until a cell mentions a package, the library's import of it leads to one file
 * that declares what is named.
 */
export interface LazyTypes {
  /** Looks at code that is to be typed. */
  anticipate(code: string): void;
  /** Whether what this file imports is out of date. */
  isStale(file: string): boolean;
  /** The declaration file that stands for an import for now. */
  resolve(name: string, from: string): string | undefined;
}

export function lazyTypes({ types, entry }: Library): LazyTypes {
  const own = types.replaceAll("\\", "/"); // as TypeScript writes paths
  const states = HEAVY.map((heavy) => ({ heavy, part: partOf(heavy, entry), wanted: false, given: false }));
  return {
    anticipate(code) {
      const all = IMPORTS_FILES.test(code);
      for (const state of states) state.wanted ||= all || state.heavy.needs.test(code);
    },
    isStale: (file) => file === own && states.some(({ wanted, given }) => wanted && !given),
    resolve(name, from) {
      const state = from === own ? states.find(({ heavy }) => heavy.name === name) : undefined;
      if (state?.part === undefined) return undefined;
      state.given = state.wanted;
      return state.wanted ? undefined : state.part;
    },
  };
}

function partOf({ part }: Heavy, entry: string): string | undefined {
  try {
    const file = part(createRequire(entry));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
