/** The outcome of one thing the doctor looked at. */
export interface Check {
  name: string;
  /** "info": something optional is not there; "warn": something works less well; "fail": nothing works without it. */
  status: "ok" | "info" | "warn" | "fail";
  /** What was found. */
  detail: string;
  /** What to do about it; absent when all is well. */
  fix?: string;
}

export function ok(name: string, detail: string): Check {
  return { name, status: "ok", detail };
}

export function info(name: string, detail: string, fix: string): Check {
  return { name, status: "info", detail, fix };
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

/** The doctor's last line, when nothing failed. */
export function summary(checks: readonly Check[]): string {
  const warnings = checks.filter(({ status }) => status === "warn").length;
  if (warnings === 0) return "All is ready.";
  return `What is essential works; ${warnings === 1 ? "1 warning" : `${warnings} warnings`}.`;
}

/** The first line of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
