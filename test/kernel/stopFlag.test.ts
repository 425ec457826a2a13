import { expect, it } from "vitest";
import { StopFlag } from "../../kernel-lib/kernel/stopFlag";

/** The two threads' views of one flag. */
function threads() {
  const main = new StopFlag();
  return { main, control: new StopFlag(main.memory), loops: () => main.words[0] };
}

it("leaves loops alone when a press was noticed in time", () => {
  const { main, control, loops } = threads();
  const press = control.ask();
  expect(control.isSeen(press)).toBe(false);
  expect(main.see()).toBe(1);
  expect(control.isSeen(press)).toBe(true);
  control.block(press);
  expect(loops()).toBe(0);
});

it("tells loops of a press that nobody noticed, until somebody does", () => {
  const { main, control, loops } = threads();
  control.block(control.ask());
  expect(loops()).not.toBe(0);
  expect(main.see()).toBe(1);
  expect(loops()).toBe(0);
  expect(main.see()).toBe(0);
});

it("counts presses that come before any is noticed", () => {
  const { main, control } = threads();
  control.ask();
  control.ask();
  expect(main.see()).toBe(2);
});

it("makes loops look for the end of their cell, apart from presses", () => {
  const { main, control, loops } = threads();
  main.arm();
  control.block(control.ask());
  main.disarm();
  expect(loops()).not.toBe(0);
  main.see();
  expect(loops()).toBe(0);
  main.arm();
  main.see();
  expect(loops()).not.toBe(0);
});

it("passes a signal that was announced over once", () => {
  const { main, control } = threads();
  expect(main.takeSignal()).toBe(false);
  control.announceSignal();
  expect(main.takeSignal()).toBe(true);
  expect(main.takeSignal()).toBe(false);
});
