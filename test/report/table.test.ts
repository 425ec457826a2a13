import { expect, test } from "vitest";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { table } from "../../kernel-lib/report/table";

const rows = [
  { medium: "latent", accuracy: 0.99, tokens: 2, seconds: 0.01234 },
  { medium: "text", accuracy: 1, tokens: 12_345, seconds: 1.5 },
];

test("columns line up: words left, numbers right", () => {
  const shown = table(rows, { columns: ["medium", { key: "accuracy", percent: true }, "tokens", "seconds"] });
  expect(String(shown)).toBe(
    [
      "medium  accuracy  tokens  seconds",
      "──────  ────────  ──────  ───────",
      "latent    99.0 %       2   0.0123",
      "text     100.0 %  12,345      1.5",
    ].join("\n"),
  );
});

test("the display has a page and a plain form", () => {
  const bundle = table(rows, { caption: "Latent & text" })[DISPLAY]();
  expect(Object.keys(bundle)).toEqual(["text/html", "text/plain"]);
  expect(bundle["text/html"]).toMatch(
    /^<table .*<caption .*Latent &amp; text<\/caption>.*<td .*>latent<\/td>/,
  );
  expect(bundle["text/plain"]).toMatch(/^Latent & text\nmedium/);
});

test("what cells hold is escaped in the page", () => {
  expect(table([{ text: '<b>"&' }]).toHTML()).toContain("&lt;b&gt;&quot;&amp;");
});

test("data is an arquero table", () => {
  const { data } = table(rows);
  expect(data.filter((row: { tokens: number }) => row.tokens > 5).array("medium")).toEqual(["text"]);
});

test("an arquero table is shown as it is", () => {
  const { data } = table(rows);
  expect(String(table(data.select("medium")))).toBe("medium\n──────\nlatent\ntext");
});

test("keys that only later rows have are columns too, and gaps are blank", () => {
  expect(String(table([{ a: 1 }, { a: 2, b: 0.5 }]))).toBe("a    b\n─  ───\n1\n2  0.5");
});

test("labels, digits and formats are the column's own", () => {
  const shown = table([{ x: 0.12345, y: "up" }], {
    columns: [
      { key: "x", label: "score", digits: 2 },
      { key: "y", format: (value) => `${value}!`, align: "right" },
    ],
  });
  expect(String(shown)).toBe("score    y\n─────  ───\n 0.12  up!");
});

test("long tables are cut, and say so", () => {
  const many = table(Array.from({ length: 60 }, (_, index) => ({ index })));
  expect(String(many).split("\n")).toHaveLength(2 + 50 + 1);
  expect(String(many)).toMatch(/… and 10 more rows$/);
  expect(many.rows()).toHaveLength(60);
});

test("Markdown has a rule with sides and escaped bars", () => {
  expect(table([{ name: "a|b", n: 1 }]).toMarkdown()).toBe("| name | n |\n| --- | ---: |\n| a\\|b | 1 |");
});

test("an unknown column is named, with those there are", () => {
  expect(() => table(rows, { columns: ["acuracy"] })).toThrow(/"acuracy"; there are medium, accuracy/);
});
