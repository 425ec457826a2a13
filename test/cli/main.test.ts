import { expect, it } from "vitest";
import { buildProgram } from "../../kernel-lib/cli/main";

const namesOf = async (wanted?: string) =>
  (await buildProgram(wanted)).commands.map((command) => command.name());

it("offers every command, the computing ones too, to someone who asks for help", async () => {
  expect(await namesOf("--help")).toEqual(
    expect.arrayContaining(["lab", "install", "doctor", "reproduce", "pretrain"]),
  );
});

it("does not load the computing commands for one that only starts something", async () => {
  expect(await namesOf("lab")).not.toContain("pretrain");
});

it("describes every command", async () => {
  for (const command of (await buildProgram()).commands) expect(command.description()).not.toBe("");
});
