import { expect, test } from "vitest";
import { joinBuffers, separateBuffers } from "../../kernel-lib/widget/buffers";

const a = Uint8Array.of(1, 2);
const b = Uint8Array.of(3);

// ipywidgets 8.1: _remove_buffers({"plain": [1, {"x": 2}], "data": a, "deep": {"list": [a, "s", b], "key": b}})
test("buffers leave a state as ipywidgets takes them out", () => {
  const state = { plain: [1, { x: 2 }], data: a, deep: { list: [a, "s", b], key: b } };
  const separated = separateBuffers(state);
  expect(separated.state).toEqual({ plain: [1, { x: 2 }], deep: { list: [null, "s", null] } });
  expect(separated.buffer_paths).toEqual([
    ["data"],
    ["deep", "list", 0],
    ["deep", "list", 2],
    ["deep", "key"],
  ]);
  expect(separated.buffers).toEqual([a, a, b, b]);
  expect(state.deep.list).toEqual([a, "s", b]);
});

test("numbers of any width travel as their bytes, and only the part in view", () => {
  const halves = Float32Array.of(0.5, 0.25, 0.125);
  const { buffers } = separateBuffers({
    floats: halves.subarray(1, 2),
    view: new DataView(a.buffer),
    raw: b.buffer,
  });
  expect(buffers).toEqual([Uint8Array.of(0, 0, 0x80, 0x3e), a, b]); // 0.25 is 0x3e800000, little-endian
});

test("what is no plain object is left to JSON", () => {
  const date = new Date(0);
  expect(separateBuffers({ date, nothing: null }).state).toEqual({ date, nothing: null });
});

test("buffers find back to their places", () => {
  const { state, buffer_paths, buffers } = separateBuffers({ data: a, deep: { list: [a, "s", b] } });
  expect(joinBuffers(JSON.parse(JSON.stringify(state)), buffer_paths, buffers)).toEqual({
    data: a,
    deep: { list: [a, "s", b] },
  });
});

test("paths that lead nowhere are passed over", () => {
  const paths = [["gone", "x"], [], ["__proto__", "polluted"], ["late"]];
  const joined = joinBuffers({ kept: 1 }, paths, [a, a, a]);
  expect(joined).toEqual({ kept: 1 });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
