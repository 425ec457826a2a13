import { expect, test } from "vitest";
import { dedent } from "../../../kernel-lib/tool/python/dedent";

test.each([
  ["spaces around one line", " print ( 1 ) ", "print ( 1 )"],
  ["a program that is whole", "for i in range(2):\n  print(i)", "for i in range(2):\n  print(i)"],
  ["lines that share an indentation", "\n    if 1:\n        print(1)\n", "if 1:\n    print(1)"],
  ["a first line behind the tag, others at the margin", " x = 1\nprint(x)", "x = 1\nprint(x)"],
  ["empty lines between indented ones", "  x = 1\n\n  print(x)\n ", "x = 1\n\nprint(x)"],
  ["tabs and spaces mixed, of which none is shared", "\tx = 1\n print(x)", "x = 1\n print(x)"],
  ["nothing", " \n ", ""],
])("%s", (_, given, wanted) => {
  expect(dedent(given)).toBe(wanted);
});
