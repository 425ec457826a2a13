import type { FontMetrics } from "./font";

/** Breaks text at blanks (no-break ones keep together) into at most `most` lines of `width` pixels; what does not fit ends in an ellipsis. */
export function fitLines(
  text: string,
  { width, size, most, bold = false }: { width: number; size: number; most: number; bold?: boolean },
  metrics: FontMetrics,
): string[] {
  const fits = (line: string): boolean => metrics.width(line, size, bold) <= width;
  const lines: string[] = [];
  for (const word of text.split(/[ \t\n\r]+/).filter(Boolean)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(...broken(word, fits));
    if (lines.length > most) break;
  }
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), shortened(lines[most - 1]!, fits)];
}

/** A word in parts that fit. */
function broken(word: string, fits: (line: string) => boolean): string[] {
  const parts: string[] = [""];
  for (const character of word) {
    const longer = parts.at(-1)! + character;
    if (parts.at(-1) === "" || fits(longer)) parts[parts.length - 1] = longer;
    else parts.push(character);
  }
  return parts;
}

function shortened(line: string, fits: (line: string) => boolean): string {
  const characters = [...line];
  while (characters.length > 0 && !fits(`${characters.join("").trimEnd()}…`)) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
