import { expect, it } from "vitest";
import { splitAtSlots } from "../../kernel-lib/text/segments";

const text = (value: string) => ({ kind: "text", text: value });
const slot = (name: string) => ({ kind: "slot", name });

it("cuts a prompt at its slots and keeps every character of the text", () => {
  expect(splitAtSlots("Plan:\n<<plan>>\nThen <<critique>>.", ["critique", "plan"])).toEqual([
    text("Plan:\n"),
    slot("plan"),
    text("\nThen "),
    slot("critique"),
    text("."),
  ]);
});

it("leaves out empty text at either end and between neighbours", () => {
  expect(splitAtSlots("<<a>><<b>>", ["a", "b"])).toEqual([slot("a"), slot("b")]);
});

it("gives one text for a prompt without slots and nothing for an empty one", () => {
  expect(splitAtSlots("no slots", [])).toEqual([text("no slots")]);
  expect(splitAtSlots("", [])).toEqual([]);
});

it("takes calculator marks and shifts for text", () => {
  expect(splitAtSlots("48/2=<<48/2=24>>24, 1 << 2 >> 1", [])).toHaveLength(1);
});

it("rejects a slot that is missing or marked twice", () => {
  expect(() => splitAtSlots("Go <<plam>>", ["plan"])).toThrow(
    "<<plan>> is missing from the prompt; each slot is marked exactly once (markers found: <<plam>>)",
  );
  expect(() => splitAtSlots("<<plan>> <<plan>>", ["plan"])).toThrow("<<plan>> appears 2 times");
});

it("rejects a marker that names no slot, or keeps it as text when allowed", () => {
  expect(() => splitAtSlots("<<x>> <<plan>>", ["plan"])).toThrow("marks <<x>>, which is no slot");
  expect(splitAtSlots("cout<<x>>y <<plan>>", ["plan"], { allowUnknown: true })).toEqual([
    text("cout<<x>>y "),
    slot("plan"),
  ]);
});
