import path from "node:path";

const MAX_FRAMES = 12;
/** The library's compiled files; the kernel's lie in a folder among them. */
const OWN = path.dirname(__dirname) + path.sep;
const OWN_NAME = "recursivemas";

interface Folded {
  text: string;
  owner: string | undefined;
  count: number;
}

/** Leaves out what carries a cell, and shortens runs of one frame, and of frames inside one installed package. */
export function fold(frames: readonly string[]): string[] {
  const folded: Folded[] = [];
  for (const frame of frames) {
    if (isMachinery(frame)) continue;
    const owner = ownerOf(frame);
    const text = withoutFolders(frame);
    const last = folded.at(-1);
    if (last && (placeOf(text) === placeOf(last.text) || (owner !== undefined && last.owner === owner)))
      last.count++;
    else folded.push({ text, owner, count: 1 });
  }
  const lines = folded.map(({ text, owner, count }) =>
    count > 1 ? `  ${text}\n    … ${count - 1} more${owner ? ` in ${owner}` : " of the same"}` : `  ${text}`,
  );
  if (lines.length <= MAX_FRAMES) return lines;
  return [...lines.slice(0, MAX_FRAMES), `  … ${lines.length - MAX_FRAMES} more`];
}

function isMachinery(frame: string): boolean {
  return (
    /\(?node:|<anonymous>\)?$/.test(frame) ||
    /[\\/]tslab[\\/]dist[\\/]/.test(frame) ||
    frame.includes(__dirname + path.sep)
  );
}

/** Function and line: one call may appear at several columns. */
function placeOf(frame: string): string {
  return frame.replace(/:\d+(\)?)$/, "$1");
}

/** Where a package lies on this machine says nothing to the reader, and notebooks are passed on. */
function withoutFolders(frame: string): string {
  return frame
    .replace(OWN, `${OWN_NAME}${path.sep}`)
    .replace(/(\(|at (?:async )?)(?:file:\/\/)?[^()\s]*[\\/]node_modules[\\/]/, "$1");
}

function ownerOf(frame: string): string | undefined {
  if (frame.includes(OWN)) return OWN_NAME;
  const match = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(frame);
  return match?.[1];
}
