import type * as TypeScript from "@tslab/typescript-for-tslab";

type Ts = typeof TypeScript;
type Host = TypeScript.WatchCompilerHost<TypeScript.BuilderProgram>;

/**
 * Lets the compiler go on after a program that it could not make, such as one nested too deep for its stack. Thrown
 * through tslab and the compiler's watch mode, the error would leave both in the middle of their work: a timer that
 * counts as pending for ever, and files that are read from a cache of the failed attempt. So the old program is given
 * back in place of the new one, and the error thrown when they are done.
 */
export function surviveFailedRebuilds(ts: Ts, host: Host): void {
  const { createProgram, setTimeout, clearTimeout } = host;
  if (!setTimeout || !clearTimeout) return;
  let failure: { error: unknown } | undefined;
  host.createProgram = (names, options, compilerHost, old, ...rest) => {
    try {
      return createProgram(names, options, compilerHost, old, ...rest);
    } catch (error) {
      if (!old) throw error;
      failure = { error };
      resetParser(ts);
      return old;
    }
  };
  host.setTimeout = (rebuild, milliseconds, ...given) => {
    const timer: unknown = setTimeout(() => {
      rebuild(...given);
      if (!failure) return;
      const { error } = failure;
      failure = undefined;
      clearTimeout(timer);
      throw error;
    }, milliseconds);
    return timer;
  };
}

/** The parser cleans up at the end of a file only, and would take what it noted of one for true of the next. */
function resetParser(ts: Ts): void {
  ts.createSourceFile("empty.ts", "", ts.ScriptTarget.Latest);
}
