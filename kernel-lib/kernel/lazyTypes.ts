import { createRequire } from "node:module";
import type { Library } from "./library";

const [WHOLE, PART] = ["@tensorflow/tfjs", "@tensorflow/tfjs-core/dist/tensor.d.ts"];
/** What cannot be typed without the whole: its name in scope, its packages, and local files, which may use both. */
const NEEDS_WHOLE = /\btf\b|tensorflow|["'`]\.{1,2}\//;

/**
 * Types of TensorFlow.js on demand: they are two thirds of the files behind the library's declarations, which name only
 * tensors. Until a cell mentions `tf`, the library's import of the package leads to the one file that declares those.
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
  const part = resolvePart(entry);
  const own = types.replaceAll("\\", "/"); // as TypeScript writes paths
  let wanted = false;
  let given = false;
  return {
    anticipate(code) {
      wanted ||= NEEDS_WHOLE.test(code);
    },
    isStale: (file) => wanted && !given && file === own,
    resolve(name, from) {
      if (name !== WHOLE || from !== own || part === undefined) return undefined;
      given = wanted;
      return wanted ? undefined : part;
    },
  };
}

function resolvePart(entry: string): string | undefined {
  try {
    return createRequire(entry).resolve(PART);
  } catch {
    return undefined;
  }
}
