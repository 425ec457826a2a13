import { inspect } from "node:util";
import { DISPLAY, type MimeBundle } from "../engine/bridge";
import { shown } from "../engine/check";
import { escapeHTML } from "../engine/html";

/** Text in a markup language, as {@link html}, {@link md}, {@link svg} and {@link tex} make it; it shows itself. */
export class Markup {
  constructor(
    /** Such as `"text/html"`. */
    readonly type: string,
    readonly source: string,
  ) {}

  toString(): string {
    return this.source;
  }

  [DISPLAY](): MimeBundle {
    return { [this.type]: this.source, "text/plain": this.plain() };
  }

  [inspect.custom](): string {
    return this.plain();
  }

  private plain(): string {
    return this.type === "text/html" ? withoutTags(this.source) : this.source;
  }
}

/**
 * HTML. What is put in is escaped, unless it is HTML or SVG made this way, or a table; lists are joined.
 *
 * @example html`<b>${name}</b> <ul>${scores.map((score) => html`<li>${score}</li>`)}</ul>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  checkTag("html", parts);
  return new Markup("text/html", fill(cooked(parts), values, asHTML));
}

/**
 * A drawing in SVG. What is put in is escaped, unless it is SVG made this way.
 *
 * @example svg`<svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="${radius}"/></svg>`
 */
export function svg(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  checkTag("svg", parts);
  return new Markup("image/svg+xml", fill(cooked(parts), values, asHTML));
}

/**
 * Markdown, with formulas between `$`. Backslashes stay as they are typed; indentation that all lines share goes.
 *
 * @example md`**${accuracy} %** after $n = ${rounds}$ rounds`
 */
export function md(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  checkTag("md", parts);
  const written = parts.raw.map((part) => part.replaceAll(/\\([`$])/g, "$1"));
  return new Markup("text/markdown", fill(outdented(written), values, asMarkdown).trim());
}

/**
 * A formula in LaTeX, on a line of its own. Backslashes stay as they are typed.
 *
 * @example tex`h_{t+1} = f(W h_t)`
 */
export function tex(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  checkTag("tex", parts);
  const formula = fill(parts.raw, values, String).trim();
  return new Markup("text/latex", formula.startsWith("$") ? formula : `$$${formula}$$`);
}

function checkTag(tag: string, parts: unknown): void {
  if (Array.isArray((parts as Partial<TemplateStringsArray> | null | undefined)?.raw)) return;
  throw new TypeError(
    `${tag} was called with ${shown(parts)}; it stands before a template, without brackets. Try ${tag}\`…\`.`,
  );
}

const fill = (
  parts: readonly string[],
  values: readonly unknown[],
  write: (value: unknown) => string,
): string => parts.map((part, index) => part + (index < values.length ? write(values[index]) : "")).join("");

/** A part with an unknown escape, such as `\u` alone, has no cooked text. */
const cooked = (parts: TemplateStringsArray): readonly string[] =>
  parts.map((part: string | undefined, index) => part ?? parts.raw[index]!);

function asHTML(value: unknown): string {
  if (Array.isArray(value)) return value.map(asHTML).join("");
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Markup && value.type !== "text/markdown" && value.type !== "text/latex")
    return value.source;
  const text = method(value, "toHTML") ?? escapeHTML(String(value)).replaceAll("'", "&#39;");
  return text;
}

function asMarkdown(value: unknown): string {
  if (Array.isArray(value)) return value.map(asMarkdown).join("");
  if (value === undefined || value === null || value === false) return "";
  return method(value, "toMarkdown") ?? String(value);
}

/** Tables, ours and arquero's, know how to write themselves. */
function method(value: unknown, name: string): string | undefined {
  const write = (value as Record<string, unknown>)[name];
  if (typeof value !== "object" || typeof write !== "function") return undefined;
  const text: unknown = write.call(value);
  return typeof text === "string" ? text : undefined;
}

/** Four spaces make Markdown a block of code, and a template inside a function has them before every line. */
function outdented(parts: readonly string[]): string[] {
  const indents = [...parts.join("x").matchAll(/\n([ \t]*)(?=\S)/g)].map((match) => match[1]!.length);
  const shared = indents.length ? Math.min(...indents) : 0;
  return shared
    ? parts.map((part) => part.replaceAll(new RegExp(`\\n[ \\t]{1,${shared}}`, "g"), "\n"))
    : [...parts];
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

function withoutTags(source: string): string {
  return source
    .replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, "")
    .replaceAll(/<br\s*\/?>|<\/(?:p|div|li|tr|h\d)>/gi, "\n")
    .replaceAll(/<\/t[dh]>/gi, " ")
    .replaceAll(/<\/?[a-z!][^>]*>/gi, "")
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!)
    .trim();
}
