import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

let found: string | undefined;

/** The folder of the nearest package.json above this file: the same from `dist/` as from `kernel-lib/`. */
export function packageRoot(): string {
  found ??= climb(__dirname);
  return found;
}

function climb(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error(
      `no package.json above ${__dirname}: the installation is incomplete. Try installing recursivemas again.`,
    );
  return climb(parent);
}
