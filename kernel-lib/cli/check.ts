/** The outcome of one thing the doctor looked at. */
export interface Check {
  name: string;
  status: "ok" | "warn" | "fail";
  /** What was found. */
  detail: string;
  /** What to do about it; absent when all is well. */
  fix?: string;
}

export function ok(name: string, detail: string): Check {
  return { name, status: "ok", detail };
}

export function warn(name: string, detail: string, fix: string): Check {
  return { name, status: "warn", detail, fix };
}

export function fail(name: string, detail: string, fix: string): Check {
  return { name, status: "fail", detail, fix };
}

/** One line per check, and its fix under it. */
export function formatCheck({ name, status, detail, fix }: Check): string {
  const line = `${status.padEnd(4)}  ${name.padEnd(18)} ${detail}`;
  return fix ? `${line}\n      → ${fix}` : line;
}
