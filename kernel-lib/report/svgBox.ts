import { ASCENT, DESCENT, type FontMetrics } from "./font";

/** An axis-aligned box in pixels: [left, top, right, bottom]. */
type Box = readonly [number, number, number, number];
/** The affine map (x, y) → (a x + c y + e, b x + d y + f). */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const LINE_HEIGHT = 1.3; // plotly's LINE_SPACING, the em step it writes in dy

/** Where an SVG element lies in its own coordinates; plotly asks for it, jsdom does not lay out. */
export function boxOf(element: Element, metrics: FontMetrics): DOMRect {
  return rectangle(localBox(element, metrics));
}

/** {@link boxOf} after the transforms of the element and of everything around it. */
export function screenBoxOf(element: Element, metrics: FontMetrics): DOMRect {
  let box = localBox(element, metrics);
  for (let node: Element | null = element; box && node; node = node.parentElement) {
    box = transformed(box, matrixOf(node));
  }
  return rectangle(box);
}

function rectangle([left, top, right, bottom]: Box = [0, 0, 0, 0]): DOMRect {
  const [width, height] = [right - left, bottom - top];
  return { x: left, y: top, left, top, right, bottom, width, height, toJSON: () => ({}) };
}

function localBox(element: Element, metrics: FontMetrics): Box | undefined {
  const number = (name: string) => Number.parseFloat(element.getAttribute(name) ?? "0") || 0;
  switch (element.localName) {
    case "text":
      return textBox(element, metrics);
    case "rect":
    case "image":
      return [number("x"), number("y"), number("x") + number("width"), number("y") + number("height")];
    case "circle":
      return [
        number("cx") - number("r"),
        number("cy") - number("r"),
        number("cx") + number("r"),
        number("cy") + number("r"),
      ];
    case "path":
      return pathBox(element.getAttribute("d") ?? "");
    case "svg":
    case "g":
    case "a":
      return [...element.children]
        .map((child) => {
          const box = localBox(child, metrics);
          return box && transformed(box, matrixOf(child));
        })
        .reduce(union, undefined);
    default:
      return undefined;
  }
}

/** One line, or one per `tspan.line`, with the `dy` plotly wrote; the anchor decides which side of x it grows to. */
function textBox(text: Element, metrics: FontMetrics): Box | undefined {
  const lines = [...text.children].filter((child) =>
    child.getAttribute("class")?.split(" ").includes("line"),
  );
  const size = fontSize(text);
  const x = Number.parseFloat(text.getAttribute("x") ?? "0") || 0;
  const y = Number.parseFloat(text.getAttribute("y") ?? "0") || 0;
  const widths = (lines.length ? lines : [text]).map((line) => runWidth(line, metrics));
  const width = Math.max(...widths);
  if (width === 0) return undefined;
  const anchor = styled(text, "text-anchor") ?? text.getAttribute("text-anchor");
  const left = anchor === "middle" ? x - width / 2 : anchor === "end" ? x - width : x;
  const firstDy = lines.length ? Number.parseFloat(lines[0]!.getAttribute("dy") ?? "0") || 0 : 0;
  const baseline = y + firstDy * size;
  const height = (lines.length ? lines.length - 1 : 0) * LINE_HEIGHT * size;
  return [left, baseline - ASCENT * size, left + width, baseline + height + DESCENT * size];
}

/** Width of a text node with everything in it: bold and smaller spans measure as they are drawn. */
export function runWidth(node: Element, metrics: FontMetrics): number {
  let width = 0;
  for (const child of node.childNodes) {
    if (child.nodeType === 3) {
      const weight = styled(node, "font-weight");
      width += metrics.width(
        child.textContent ?? "",
        fontSize(node),
        weight === "bold" || Number(weight) >= 600,
      );
    } else width += runWidth(child as Element, metrics);
  }
  return width;
}

/** The nearest inline value of a CSS property, from the element upwards. */
function styled(element: Element, property: string): string | undefined {
  for (let node: Element | null = element; node; node = node.parentElement) {
    const value = (node as SVGElement).style?.getPropertyValue(property);
    if (value) return value;
  }
  return undefined;
}

/** Pixels; a span in percent or em (sub- and superscripts) is relative to what is around it. */
function fontSize(element: Element | null): number {
  if (!element) return 12;
  const value = (element as SVGElement).style?.getPropertyValue("font-size");
  if (!value) return fontSize(element.parentElement);
  const amount = Number.parseFloat(value);
  if (value.endsWith("%")) return (amount / 100) * fontSize(element.parentElement);
  if (value.endsWith("em")) return amount * fontSize(element.parentElement);
  return amount;
}

function pathBox(d: string): Box | undefined {
  let [x, y] = [0, 0];
  let box: Box | undefined;
  for (const [, command, tail] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const values = (tail!.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    const relative = command === command!.toLowerCase();
    const kind = command!.toUpperCase();
    // only end points are read: plotly measures symbols and lines, whose control points lie within
    const step =
      kind === "H" || kind === "V"
        ? 1
        : kind === "A"
          ? 7
          : kind === "C"
            ? 6
            : kind === "S" || kind === "Q"
              ? 4
              : 2;
    for (let i = 0; kind !== "Z" && i + step <= values.length; i += step) {
      const [u, v] = [values[i + step - 2] ?? 0, values[i + step - 1]!];
      if (kind === "H") x = relative ? x + v : v;
      else if (kind === "V") y = relative ? y + v : v;
      else [x, y] = relative ? [x + u, y + v] : [u, v];
      box = union(box, [x, y, x, y]);
    }
  }
  return box;
}

function union(a: Box | undefined, b: Box | undefined): Box | undefined {
  if (!a || !b) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

function matrixOf(element: Element): Matrix {
  let matrix = IDENTITY;
  for (const [, name, list] of (element.getAttribute("transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    matrix = multiply(
      matrix,
      primitive(
        name!,
        list!
          .split(/[\s,]+/)
          .filter(Boolean)
          .map(Number.parseFloat),
      ),
    );
  }
  return matrix;
}

function primitive(name: string, [p = 0, q, r, s = 0, t = 0, u = 0]: number[]): Matrix {
  if (name === "translate") return [1, 0, 0, 1, p, q ?? 0];
  if (name === "scale") return [p, 0, 0, q ?? p, 0, 0];
  if (name === "matrix") return [p, q ?? 0, r ?? 0, s, t, u];
  if (name !== "rotate") return IDENTITY;
  const [cos, sin] = [Math.cos((p * Math.PI) / 180), Math.sin((p * Math.PI) / 180)];
  const [x, y] = [q ?? 0, r ?? 0];
  return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
}

function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

function transformed(box: Box, [a, b, c, d, e, f]: Matrix): Box {
  const corners = [
    [box[0], box[1]],
    [box[2], box[1]],
    [box[0], box[3]],
    [box[2], box[3]],
  ] as const;
  return corners
    .map(([x, y]): Box => [a * x + c * y + e, b * x + d * y + f, a * x + c * y + e, b * x + d * y + f])
    .reduce((left, right) => union(left, right)!);
}
