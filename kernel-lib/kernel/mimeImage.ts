import type { MimeBundle } from "../engine/bridge";
import { count } from "./mimeText";

interface Format {
  type: string;
  name: string;
  /** What the file begins with; -1 stands for any byte. */
  signature: readonly number[];
}

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const FORMATS: readonly Format[] = [
  { type: "image/png", name: "PNG", signature: [0x89, ...ascii("PNG\r\n"), 0x1a, 0x0a] },
  { type: "image/jpeg", name: "JPEG", signature: [0xff, 0xd8, 0xff] },
  { type: "image/gif", name: "GIF", signature: ascii("GIF87a") },
  { type: "image/gif", name: "GIF", signature: ascii("GIF89a") },
  { type: "image/webp", name: "WebP", signature: [...ascii("RIFF"), -1, -1, -1, -1, ...ascii("WEBP")] },
];

/** Pictures: SVG text, the bytes of PNG, JPEG, GIF and WebP files, and `Blob`s of these. */
export async function imageBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (typeof value === "string") return svgBundle(value);
  if (value instanceof Blob) return blobBundle(value);
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) return bytesBundle(bytesOf(value));
  if (value instanceof ArrayBuffer) return bytesBundle(new Uint8Array(value));
  return undefined;
}

async function blobBundle(blob: Blob): Promise<MimeBundle | undefined> {
  if (!blob.type.startsWith("image/")) return undefined;
  if (blob.type.startsWith("image/svg+xml")) return svgBundle(await blob.text());
  return bytesBundle(new Uint8Array(await blob.arrayBuffer()));
}

function svgBundle(text: string): MimeBundle | undefined {
  // Only the beginning is looked at: a pattern over the whole of a long text could take long.
  if (!/^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(text.slice(0, 2000)))
    return undefined;
  if (!/(?:<\/svg>|\/>)\s*$/.test(text.slice(-100))) return undefined;
  return { "image/svg+xml": text, "text/plain": `SVG, ${count(text.length)} characters` };
}

function bytesBundle(bytes: Uint8Array): MimeBundle | undefined {
  const format = FORMATS.find(({ signature }) =>
    signature.every((byte, index) => byte === -1 || bytes[index] === byte),
  );
  if (!format) return undefined;
  return { [format.type]: bytes, "text/plain": `${format.name} picture, ${count(bytes.length)} bytes` };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint8ClampedArray): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
