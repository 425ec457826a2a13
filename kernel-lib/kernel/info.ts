import type { Library } from "./library";
import { PROTOCOL_VERSION } from "./message";

/** The content of `kernel_info_reply`. */
export interface KernelInfo {
  status: "ok";
  protocol_version: string;
  implementation: string;
  implementation_version: string;
  language_info: Record<string, unknown>;
  banner: string;
  debugger: boolean;
  supported_features: string[];
  help_links: { text: string; url: string }[];
}

export function kernelInfo(library: Library, typescript: string): KernelInfo {
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "recursivemas",
    implementation_version: library.version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: [
      `${library.name} ${library.version}: TypeScript ${typescript} on Node ${process.versions.node}.`,
      "Everything the library exports is in scope, with no import: Tab completes, Shift-Tab explains.",
      "Stop ends a running cell and keeps what it has finished.",
    ].join("\n"),
    debugger: false,
    // "debugger" and "kernel subshells" are the ones there are.
    supported_features: [],
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/handbook/" },
      { text: "TensorFlow.js API", url: "https://js.tensorflow.org/api/latest/" },
      { text: "Arquero API", url: "https://idl.uw.edu/arquero/api/" },
      { text: "Plotly figures", url: "https://plotly.com/javascript/reference/" },
      { text: "Node API", url: "https://nodejs.org/api/" },
    ],
  };
}
