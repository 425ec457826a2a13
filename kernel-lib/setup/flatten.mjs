// Rolls the declarations of the library into one file: a notebook kernel reads it in a fraction of the time.
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, fingerprintOfFiles, isStamped, stamp } from "./stamp.mjs";

/** The name of the file, beside the `index.d.ts` that it is made of; package.json says it under "types". */
export const FLAT = "recursivemas.d.ts";

const BANNER = "// Made of index.d.ts by `npm run build`.";

/**
 * @param {string} dist folder with `index.d.ts`, written by the compiler
 * @returns {Promise<string>} path of the flat file; it is left alone when no declaration has changed
 */
export async function flatten(dist) {
  const flat = join(dist, FLAT);
  const sources = filesBelow(dist, ".d.ts").filter((path) => path !== flat);
  const mark = fingerprintOfFiles([...sources, fileURLToPath(import.meta.url)]);
  const made = join(dist, ".flat-stamp");
  if (existsSync(flat) && isStamped(made, mark)) return flat;
  // loaded late: this module is also imported where nothing is installed yet
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({
    input: join(dist, "index.d.ts"),
    external: (id) => !/^[./\\]|^[A-Za-z]:/.test(id),
    plugins: [dts()],
    onwarn: ({ message }) => {
      throw new Error(`The declarations cannot be rolled into one file: ${message}`);
    },
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  writeFileSync(`${flat}.tmp`, `${BANNER}\n${output[0].code}`);
  renameSync(`${flat}.tmp`, flat);
  stamp(made, mark);
  return flat;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await flatten(fileURLToPath(new URL("../../dist", import.meta.url)));
}
