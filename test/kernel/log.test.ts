import { describe, expect, it } from "vitest";
import { LogLimit, oneLine } from "../../kernel-lib/kernel/log";
import { MessageError } from "../../kernel-lib/kernel/message";

describe("the log", () => {
  it("holds 20 lines a second and counts the others", () => {
    const limit = new LogLimit();
    const admitted = Array.from({ length: 30 }, (_, i) => limit.admit(`line ${i}`, 1000 + i));
    expect(admitted.filter((line) => line !== undefined)).toHaveLength(20);
    expect(limit.admit("later", 2001)).toBe("(10 lines left out) later");
    expect(limit.admit("later still", 2002)).toBe("later still");
  });

  it("takes one line for a message", () => {
    expect(oneLine(new MessageError("message dropped:\n  bad"))).toBe("message dropped: | bad");
    expect(oneLine("a".repeat(1000))).toHaveLength(501);
  });

  it("tells where an error of the kernel itself came from", () => {
    expect(oneLine(new TypeError("a bug"))).toMatch(/^TypeError: a bug \| at .*log\.test\.ts/);
  });
});
