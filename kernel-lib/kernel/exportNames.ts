/**
 * tslab ends a cell with an export of all its names, in the compiler's own spelling: there, a name that begins with
 * two underscores has a third. Here they are written as in the cell.
 */
export function plainExports(text: string): string {
  const at = text.lastIndexOf("\nexport {");
  if (at < 0 || !text.includes("___", at)) return text;
  return text.slice(0, at) + text.slice(at).replace(/(?<![\w$])___/g, "__");
}
