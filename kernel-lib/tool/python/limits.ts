/** What a program may use. */
export interface Limits {
  /** Bytes of the interpreter's memory. */
  memory: number;
  /** Bytes of all files it writes; they are in memory and go with it. */
  files: number;
  /** Bytes kept of each of its two outputs. */
  output: number;
}

const MIB = 2 ** 20;

/** The limits for a number of megabytes of memory. */
export const limitsFor = (megabytes: number): Limits => ({
  memory: megabytes * MIB,
  files: 64 * MIB,
  output: 32 * 1024, // a result is cut to 6,000 characters, of at most four bytes
});
