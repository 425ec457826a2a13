import { expect, test } from "vitest";
import { escapeHTML } from "../../kernel-lib/engine/html";

test("what means something in HTML is written so that it means itself", () => {
  expect(escapeHTML(`<b title="a & b">`)).toBe("&lt;b title=&quot;a &amp; b&quot;&gt;");
  expect(escapeHTML("&lt;")).toBe("&amp;lt;");
});
