import { writeFile } from "node:fs/promises";

/** A tensor to save: row-major numbers and their shape. */
export interface Saved {
  shape: readonly number[];
  data: Float32Array;
}

/** Writes a state dictionary as `torch.save` does: a zip of stored entries, one of them a pickle of protocol 2. */
export async function writeTorchFile(path: string, tensors: Readonly<Record<string, Saved>>): Promise<void> {
  const all = Object.values(tensors);
  await writeFile(
    path,
    zip([
      ["link/data.pkl", pickle(tensors)],
      ["link/byteorder", Buffer.from("little")],
      ...all.map(({ data }, i): [string, Buffer] => [
        `link/data/${i}`,
        Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      ]),
    ]),
  );
}

function pickle(tensors: Readonly<Record<string, Saved>>): Buffer {
  const items = Object.entries(tensors).flatMap(([name, { shape, data }], i) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const storage = [
      tuple([
        text("storage"),
        global("torch", "FloatStorage"),
        text(`${i}`),
        text("cpu"),
        whole(data.length),
      ]),
      op("Q"),
    ];
    const [sizes, steps] = [tuple(shape.map(whole)), tuple(strides.map(whole))];
    const hooks = [global("collections", "OrderedDict"), op(")R")];
    const args = tuple([...storage, whole(0), sizes, steps, op("\x89"), ...hooks]);
    return [text(name), global("torch._utils", "_rebuild_tensor_v2"), args, op("R")];
  });
  return Buffer.concat([op("\x80\x02}("), ...items, op("u.")]);
}

const op = (codes: string): Buffer => Buffer.from(codes, "latin1");
const tuple = (items: readonly Buffer[]): Buffer => Buffer.concat([op("("), ...items, op("t")]);
const global = (module: string, name: string): Buffer => op(`c${module}\n${name}\n`);
const text = (value: string): Buffer => Buffer.concat([op("X"), uint(value.length, 4), op(value)]);
const whole = (value: number): Buffer => Buffer.concat([op("J"), uint(value, 4)]);

function uint(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntLE(value, 0, width);
  return bytes;
}

// the sums of bytes stay 0: the reader does not look at them
function zip(entries: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of entries) {
    const sizes = [uint(0, 4), uint(content.length, 4), uint(content.length, 4), uint(name.length, 2)];
    const common = [uint(0, 2), uint(0, 2), uint(0, 4), ...sizes, uint(0, 2)];
    const local = Buffer.concat([uint(0x04034b50, 4), uint(20, 2), ...common, op(name), content]);
    const rest = [uint(0, 2), uint(0, 2), uint(0, 2), uint(0, 4), uint(at, 4), op(name)];
    directory.push(Buffer.concat([uint(0x02014b50, 4), uint(20, 2), uint(20, 2), ...common, ...rest]));
    bodies.push(local);
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const count = uint(entries.length, 2);
  const end = [uint(0x06054b50, 4), uint(0, 4), count, count, uint(list.length, 4), uint(at, 4), uint(0, 2)];
  return Buffer.concat([...bodies, list, ...end]);
}
