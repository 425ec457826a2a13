import { table as arqueroTable } from "arquero";
import { describe, expect, it } from "vitest";
import { DISPLAY } from "../../kernel-lib/engine/bridge";
import { html, md, svg, tex } from "../../kernel-lib/report/markup";
import { table } from "../../kernel-lib/report/table";

describe("html", () => {
  it("shows itself as HTML, and as text without tags", () => {
    expect(html`<h3>Result</h3><p>1 &lt; 2<br>yes</p><style>p {}</style>`[DISPLAY]()).toEqual({
      "text/html": "<h3>Result</h3><p>1 &lt; 2<br>yes</p><style>p {}</style>",
      "text/plain": "Result\n1 < 2\nyes",
    });
  });

  it("escapes what is put in, between tags and in attributes", () => {
    const evil = `<img src=x onerror='alert("1")'> & more`;
    expect(String(html`<p title="${evil}">${evil}</p>`)).toBe(
      '<p title="&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt; &amp; more">&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt; &amp; more</p>',
    );
  });

  it("takes HTML and SVG made this way as they are, and joins lists", () => {
    const scores = [1, 2].map((score) => html`<li>${score}</li>`);
    expect(String(html`<ul>${scores}</ul>${svg`<svg/>`}${["<", [">"]]}`)).toBe(
      "<ul><li>1</li><li>2</li></ul><svg/>&lt;&gt;",
    );
  });

  it("does not take other languages for HTML", () => {
    expect(String(html`${md`a <b>`}`)).toBe("a &lt;b&gt;");
  });

  it("leaves nothing where there is nothing, and keeps a zero", () => {
    expect(String(html`[${undefined}${null}${false}${0}${""}]`)).toBe("[0]");
  });

  it("takes tables in", () => {
    expect(String(html`<div>${table([{ a: 1 }])}</div>`)).toMatch(/^<div><table.*<\/table><\/div>$/s);
    expect(String(html`${arqueroTable({ a: [1] })}`)).toMatch(/^<table>/);
  });
});

describe("svg", () => {
  it("shows itself as a drawing", () => {
    const drawing = svg`<svg><text>${"<"}</text></svg>`;
    expect(drawing[DISPLAY]()["image/svg+xml"]).toBe("<svg><text>&lt;</text></svg>");
  });
});

describe("md", () => {
  it("shows itself as Markdown, and is its own text", () => {
    expect(md`**${0.98}** after ${["one ", "two"]} rounds`[DISPLAY]()).toEqual({
      "text/markdown": "**0.98** after one two rounds",
      "text/plain": "**0.98** after one two rounds",
    });
  });

  it("keeps backslashes for formulas, and lets back-ticks and dollars be written", () => {
    expect(String(md`$\alpha_{\text{new}}$ \`code\` \${x}`)).toBe("$\\alpha_{\\text{new}}$ `code` $" + "{x}");
  });

  it("drops the indentation of the program around it, and no more", () => {
    const text = md`
      # Title

      - one
        - ${"two"}
    `;
    expect(String(text)).toBe("# Title\n\n- one\n  - two");
  });

  it("takes tables in", () => {
    expect(String(md`${table([{ a: 1 }])}`)).toBe("| a |\n| ---: |\n| 1 |");
  });
});

describe("tex", () => {
  it("shows itself as a formula, as it was typed", () => {
    expect(tex`\frac{${1}}{\nu}`[DISPLAY]()["text/latex"]).toBe("$$\\frac{1}{\\nu}$$");
    expect(String(tex`$a$`)).toBe("$a$");
  });
});
