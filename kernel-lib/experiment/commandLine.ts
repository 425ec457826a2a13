import { posix, relative, resolve, sep, win32 } from "node:path";
import { fileURLToPath } from "node:url";
import { kernelBridge } from "../engine/bridge";

/** Where `recursivemas reproduce` tells the kernel which command runs the notebook. */
export const COMMAND_VARIABLE = "RECURSIVEMAS_COMMAND";

/** The command that started this process, as one could type it in the project folder. */
export function commandLine(argv: readonly string[], root: string): string {
  if (kernelBridge()) return process.env[COMMAND_VARIABLE] || "notebook, run by hand";
  const words = argv.slice(1).map((word) => {
    const [option, value] = /^(--[^=]+=)(.*)$/s.exec(word)?.slice(1) ?? ["", word];
    return option + shortened(value!, root);
  });
  const [program] = words;
  // npx starts the program through a link of its own
  return [program === "recursivemas" ? "npx" : "node", ...words].join(" ");
}

/** An absolute path (or file address) relative to the root, or its last part if it lies elsewhere. */
export function shortened(text: string, root: string): string {
  const path = text.startsWith("file:///") ? fileURLToPath(text) : text;
  if (!posix.isAbsolute(path) && !/^[a-z]:[\\/]|^\\\\/i.test(path)) return text;
  const inside = relative(root, resolve(path));
  if (inside && !inside.startsWith("..") && !posix.isAbsolute(inside) && !win32.isAbsolute(inside)) {
    return inside.split(sep).join("/");
  }
  return win32.basename(path) || "."; // splits at / and at \
}
