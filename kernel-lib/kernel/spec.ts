import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { Resvg } from "@resvg/resvg-js";

/** The name that notebooks carry in their `kernelspec`. */
export const KERNEL_NAME = "recursivemas";

/** The content of a `kernel.json`. */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "signal" | "message";
  env?: Record<string, string>;
}

/** Three agents in a ring, the signal going round. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <circle cx="32" cy="32" r="21" fill="none" stroke="#3178c6" stroke-width="5" stroke-dasharray="33 11" transform="rotate(-62 32 32)"/>
  <circle cx="32" cy="11" r="9" fill="#3178c6"/>
  <circle cx="50.2" cy="42.5" r="9" fill="#f37726"/>
  <circle cx="13.8" cy="42.5" r="9" fill="#235a97"/>
</svg>
`;

/**
 * Describes how Jupyter starts this kernel.
 *
 * @param options `node`: the Node to run (default: the one that runs now); `entry`: the kernel's main file (default:
 *   the one beside this module).
 */
export function kernelSpec(options: { node?: string; entry?: string } = {}): KernelSpec {
  const { node = process.execPath, entry = path.join(__dirname, "main.js") } = options;
  return {
    argv: [node, entry, "{connection_file}"],
    display_name: "RecursiveMAS (TypeScript)",
    language: "typescript",
    // A message reaches loops after an `await`, which no signal does, and it works on Windows.
    interrupt_mode: "message",
  };
}

/**
 * Makes the kernel known to the Jupyter of one environment (`prefix`), or of one Jupyter data folder.
 *
 * @returns The folder that was written, `…/kernels/recursivemas`.
 * @example
 * await installKernelSpec({ prefix: ".venv" });
 */
export async function installKernelSpec(
  options: ({ prefix: string } | { dataFolder: string }) & { node?: string; entry?: string },
): Promise<string> {
  const data = "prefix" in options ? path.join(options.prefix, "share", "jupyter") : options.dataFolder;
  const folder = path.resolve(data, "kernels", KERNEL_NAME);
  await mkdir(folder, { recursive: true });
  const spec = kernelSpec({ node: options.node, entry: options.entry });
  await write(path.join(folder, "logo-svg.svg"), LOGO);
  await write(path.join(folder, "logo-64x64.png"), rendered(64));
  await write(path.join(folder, "logo-32x32.png"), rendered(32));
  await write(path.join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return folder;
}

function rendered(width: number): Uint8Array {
  return new Resvg(LOGO, { fitTo: { mode: "width", value: width } }).render().asPng();
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}
