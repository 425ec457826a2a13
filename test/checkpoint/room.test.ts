import { expect, it } from "vitest";
import { Room } from "../../kernel-lib/checkpoint/room";

it("serves again what is not much smaller, and gives back what is too large", () => {
  const room = new Room();
  const first = room.for(1000);
  expect(first).toHaveLength(1000);
  const second = room.for(700);
  expect([second.length, second.buffer === first.buffer]).toEqual([700, true]);
  const third = room.for(100);
  expect([third.length, third.buffer === first.buffer, first.buffer.byteLength]).toEqual([100, false, 0]);
  const fourth = room.for(5000);
  expect([fourth.length, third.buffer.byteLength]).toEqual([5000, 0]);
  room.close();
  expect(fourth.buffer.byteLength).toBe(0);
});

it("lies where TensorFlow copies: off every boundary of eight bytes or more", () => {
  const room = new Room();
  expect(room.for(3).byteOffset % 8).toBe(4);
  room.close();
});
