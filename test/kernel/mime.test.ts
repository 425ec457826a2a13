import { describe, expect, it } from "vitest";
import { DISPLAY, METADATA } from "../../kernel-lib/engine/bridge";
import { encodeBundle, metadataOf, show } from "../../kernel-lib/kernel/mime";

const text = async (value: unknown): Promise<string> => String((await show(value))?.["text/plain"]);

describe("objects that show themselves", () => {
  it("are asked first, also when they take their time", async () => {
    const shown = { [DISPLAY]: async () => ({ "image/png": Uint8Array.of(1) }) };
    expect(await show(shown)).toEqual({ "text/plain": "Object", "image/png": "AQ==" });
  });

  it("may show nothing", async () => {
    expect(await show({ [DISPLAY]: () => undefined })).toBeUndefined();
    expect(await show({ [DISPLAY]: async () => null })).toBeUndefined();
  });

  it("may be functions and classes", async () => {
    const shown = Object.assign(() => 1, { [DISPLAY]: () => ({ "text/html": "<b>f</b>" }) });
    expect(await show(shown)).toEqual({ "text/plain": "Function", "text/html": "<b>f</b>" });
  });

  it("may carry metadata, which JSON does not see", async () => {
    const bundle = { "text/plain": "a", [METADATA]: { "image/png": { width: 7 } } };
    const shown = (await show({ [DISPLAY]: () => bundle }))!;
    expect(metadataOf(shown)).toEqual({ "image/png": { width: 7 } });
    expect(JSON.parse(JSON.stringify(shown))).toEqual({ "text/plain": "a" });
    expect(metadataOf({ "text/plain": "a", [METADATA]: "wide" } as never)).toEqual({});
    expect(metadataOf(encodeBundle({ "text/plain": "a" }))).toEqual({});
  });

  it("fail in their own words", async () => {
    const broken = {
      [DISPLAY]() {
        throw new RangeError("no picture without data");
      },
    };
    await expect(show(broken)).rejects.toThrow(new RangeError("no picture without data"));
  });

  it.each([[42], ["<b>hi</b>"], [[1, 2]], [{}], [{ html: "<b>hi</b>" }], [{ "text/html": undefined }]])(
    "fall back to text when what they return is no bundle but %j",
    async (rubbish) => {
      const shown = (await show({ name: "odd", [DISPLAY]: () => rubbish }))!;
      expect(Object.keys(shown)).toEqual(["text/plain"]);
      expect(shown["text/plain"]).toContain("name: 'odd'");
      expect(shown["text/plain"]).toContain("its Jupyter.display method returned no MIME bundle");
    },
  );

  it("lose the entries that nobody can read, and keep the others", async () => {
    const bundle = { html: "<b>x</b>", "text/plain": "x", "text/html": () => 1 };
    expect(await show({ [DISPLAY]: () => bundle })).toEqual({ "text/plain": "x" });
  });
});

describe("ordinary values", () => {
  it("are silent when there is nothing", async () => {
    expect(await show(undefined)).toBeUndefined();
    expect(await show(null)).toBeUndefined();
  });

  it.each([
    [0, "0"],
    [-0, "-0"],
    [2n ** 70n, "1180591620717411303424n"],
    [Symbol("s"), "Symbol(s)"],
    [false, "false"],
    ["", "''"],
    ["a\nb", "'a\\nb'"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Map([["a", { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }"],
    [new Set([1, 2]), "Set(2) { 1, 2 }"],
    [function named() {}, "[Function: named]"],
    [class Agent extends Map {}, "[class Agent extends Map]"],
    [/a+/g, "/a+/g"],
    [[], "[]"],
    [[1, "a"], "[ 1, 'a' ]"],
    [Object.create(null), "[Object: null prototype] {}"],
  ])("%s is %s", async (value, expected) => {
    expect(await show(value)).toEqual({ "text/plain": expected });
  });

  it("may contain themselves", async () => {
    const loop: Record<string, unknown> = { name: "loop" };
    loop.self = loop;
    expect(await text(loop)).toBe("<ref *1> { name: 'loop', self: [Circular *1] }");
  });

  it("are cut where they are deep, and it is said", async () => {
    let deep: unknown = "bottom";
    for (let i = 0; i < 50; i++) deep = { deep };
    expect(await text(deep)).toContain("[Object]");
    expect(await text(deep)).not.toContain("bottom");
  });

  it("are cut where they are long, and it is said by how much", async () => {
    expect(await text("a".repeat(1_000_000))).toMatch(/^'a{10000}'\.\.\. 990000 more characters$/);
    expect(await text(Array.from({ length: 5000 }, () => 0))).toContain("... 4900 more items");
    expect(await text(new Set(Array.from({ length: 5000 }, (_, i) => i)))).toContain("... 4900 more items");
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i]));
    expect(await text(wide)).toMatch(/key99: 99\s+}\n… 99,900 more properties$/);
    const nested = Array.from({ length: 100 }, () => "x".repeat(5000));
    const shown = await text(nested);
    expect(shown.length).toBeLessThan(20_100);
    expect(shown).toMatch(/… \d\d\d,\d{3} more characters$/);
  });

  it("are shown even when looking at them throws", async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("do not touch");
        },
        getPrototypeOf: () => {
          throw new Error("do not touch");
        },
      },
    );
    expect(typeof (await text(hostile))).toBe("string");
    const { inspect } = await import("node:util");
    const rude = {
      kept: 1,
      [inspect.custom]() {
        throw new Error("rude");
      },
    };
    expect(await text(rude)).toContain("kept: 1");
    const getter = {
      get expensive(): number {
        throw new Error("do not call");
      },
    };
    expect(await text(getter)).toBe("{ expensive: [Getter] }");
  });
});

describe("errors as values", () => {
  /** An error as it was thrown in a cell, through the machinery below it. */
  const thrown = <E extends Error>(error: E, frame = "at cell 3:1:7"): E => {
    const heading = `${error.name}: ${error.message}`;
    const machinery = [
      "at Script.runInThisContext (node:vm:137:12)",
      "at run (/x/tslab/dist/executor.js:9:1)",
    ];
    error.stack = [heading, ...[frame, ...machinery].map((line) => `    ${line}`)].join("\n");
    return error;
  };

  it("show name, message and cause, and none of the frames that carried the cell", async () => {
    const cause = thrown(new TypeError("because"), "at cell 2:4:1");
    expect(await text(thrown(new RangeError("too far", { cause })))).toBe(
      "RangeError: too far\n  at cell 3:1:7\n  [cause]: TypeError: because\n    at cell 2:4:1",
    );
  });

  it("show all of several, and causes that are no errors", async () => {
    const several = thrown(new AggregateError([thrown(new Error("one")), "two"], "both"));
    expect(await text(several)).toBe(
      "AggregateError: both\n  at cell 3:1:7\n  [error 1]: Error: one\n    at cell 3:1:7\n  [error 2]: 'two'",
    );
    expect(await text(thrown(new Error("odd", { cause: { code: 1 } })))).toContain("[cause]: { code: 1 }");
  });

  it("may be their own cause", async () => {
    const loop = thrown(new Error("loop"));
    loop.cause = loop;
    expect((await text(loop)).match(/\[cause\]/g)!.length).toBeLessThan(10);
  });

  it("show what a program added to them", async () => {
    expect(await text(Object.assign(new Error("failed"), { code: "E1" }))).toContain("code: 'E1'");
  });

  it("may be without a stack", async () => {
    const error = new Error("bare");
    error.stack = undefined;
    expect(await text(error)).toContain("Error: bare");
  });
});

describe("plotly figures as bare objects", () => {
  const figure = { data: [{ type: "bar", x: ["a"], y: [2] }], layout: { title: { text: "t" } } };

  it("are live where plotly is", async () => {
    const shown = (await show(figure))!;
    expect(shown["application/vnd.plotly.v1+json"]).toEqual(figure);
    expect(shown["text/plain"]).toContain("type: 'bar'");
  });

  it("may hold typed arrays", async () => {
    const shown = (await show({ data: [{ y: Float32Array.of(1, 2) }], layout: {} }))!;
    expect(shown["application/vnd.plotly.v1+json"]).toEqual({ data: [{ y: [1, 2] }], layout: {} });
  });

  it.each([
    [{ data: [], layout: {} }],
    [{ data: [{ y: [1] }] }],
    [{ data: [{ y: [1] }], layout: {}, status: 200 }],
    [{ data: [1, 2], layout: {} }],
    [{ data: [{ name: "row" }], layout: {} }],
    [{ data: { y: [1] }, layout: {} }],
  ])("are not confused with %j", async (value) => {
    expect(Object.keys((await show(value))!)).toEqual(["text/plain"]);
  });
});
