/**
 * A program as it stands between tags, without what would make Python complain of its first line: the indentation that
 * all lines share, and white space around the whole. Word by word, models write `<python> print ( 1 ) </python>`.
 *
 * @example dedent(" print(1) ") // "print(1)"
 */
export function dedent(code: string): string {
  const lines = code.split("\n");
  const indents = lines.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)![0]);
  let shared = indents[0] ?? "";
  for (const indent of indents) while (!indent.startsWith(shared)) shared = shared.slice(0, -1);
  return lines
    .map((line) => (line.startsWith(shared) ? line.slice(shared.length) : line.trimStart()))
    .join("\n")
    .trim();
}
