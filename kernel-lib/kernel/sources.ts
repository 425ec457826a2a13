import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in what the person wrote; lines and columns count from 1. */
export interface Place {
  /** "cell 3", or the path of a local file relative to the notebook. */
  label: string;
  line: number;
  column: number;
}

interface Script {
  label: string;
  /** Lines that the compiler put before the source and before the generated code. */
  sourceShift: number;
  codeShift: number;
  codeLines: number;
  /** Innermost last: generated code to module code, module code to TypeScript. */
  maps: SourceMap[];
}

export interface ScriptOptions {
  label: string;
  code: string;
  sourceShift: number;
  codeShift: number;
  /** From the code that runs back to what was written, step by step. */
  maps: SourceMapPayload[];
}

/** Remembers, for everything compiled in this session, the way from running code back to TypeScript. */
export class Sources {
  private readonly scripts = new Map<string, Script>();
  private readonly texts = new Map<string, string>();

  /** @param name The name under which stack frames mention the code. */
  addScript(name: string, { label, code, sourceShift, codeShift, maps }: ScriptOptions): void {
    const codeLines = code.split("\n").length;
    this.scripts.set(name, {
      label,
      sourceShift,
      codeShift,
      codeLines,
      maps: maps.map((map) => new SourceMap(map)),
    });
  }

  addText(label: string, text: string): void {
    this.texts.set(label, text);
  }

  text(label: string): string | undefined {
    return this.texts.get(label);
  }

  /** The place written by the person, "wrapper" for code around a cell, undefined for scripts not from here. */
  locate(name: string, line: number, column: number): Place | "wrapper" | undefined {
    const script = this.scripts.get(name);
    if (!script) return undefined;
    let at = { line: line - 1 - script.codeShift, column: column - 1 };
    if (at.line < 0 || at.line >= script.codeLines) return "wrapper";
    for (const map of script.maps) {
      const entry = map.findEntry(at.line, at.column);
      if (!("originalLine" in entry)) return "wrapper";
      at = { line: entry.originalLine, column: entry.originalColumn };
    }
    const written = at.line - script.sourceShift;
    return written < 0 ? "wrapper" : { label: script.label, line: written + 1, column: at.column + 1 };
  }

  /** Makes every `error.stack` of this process name places in TypeScript. */
  mapStacks(): void {
    Error.stackTraceLimit = 30;
    Error.prepareStackTrace = (error, sites) => {
      const frames = sites.map((site) => this.frame(site)).filter((frame) => frame !== undefined);
      return [heading(error), ...frames.map((frame) => `    at ${frame}`)].join("\n");
    };
  }

  private frame(site: NodeJS.CallSite): string | undefined {
    const name = site.getScriptNameOrSourceURL();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (!name || line === null || column === null) return String(site);
    const place = this.locate(name, line, column);
    if (place === "wrapper") return undefined;
    // Cells call the library on the object that holds their variables, which is none of the reader's business.
    if (!place) return String(site).replace(/^(async )?Proxy\./, "$1");
    const written = `${place.label}:${place.line}:${place.column}`;
    return String(site)
      .replace(`${name}:${line}:${column}`, written)
      .replace(/^(async )?(?:Proxy|Object|exports)\./, "$1");
  }
}

function heading(error: Error): string {
  try {
    return String(error);
  } catch {
    return "Error";
  }
}
