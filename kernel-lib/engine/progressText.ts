/** `[####----]` for a half of `width` 8. */
export function bar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}]`;
}

/** Seconds as a person reads them: `4.2 s`, `38 s`, `12 min 5 s`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A curve in at most `width` characters, each the mean of its share of the values, from lowest to highest. */
export function sparkline(values: readonly number[], width: number): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [Math.min(...means), Math.max(...means)];
  return means
    .map((mean) => BLOCKS[high > low ? Math.round(((mean - low) / (high - low)) * (BLOCKS.length - 1)) : 0])
    .join("");
}
