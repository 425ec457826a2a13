/**
 * Memory to prepare one tensor after another in. What is left to the garbage collector is collected too late when it
 * is hundreds of megabytes at a time: this is given back when it is no longer needed.
 */
export class Room {
  private buffer = resizable(0);

  /** Room for some numbers, of any value; what was given before must no longer be used. */
  for(size: number): Float32Array<ArrayBuffer> {
    // TensorFlow shares numbers that lie on a boundary of its own, and copies those that start one number later
    const bytes = 4 * (size + 1);
    if (this.buffer.byteLength < bytes || this.buffer.byteLength > 2 * bytes) {
      this.close();
      this.buffer = resizable(bytes);
    }
    return new Float32Array(this.buffer, 4, size);
  }

  /** Gives the memory back. */
  close(): void {
    this.buffer.resize(0);
  }
}

/** Since ES2024; Node has them from version 20 on. */
interface Resizable extends ArrayBuffer {
  resize(bytes: number): void;
}

function resizable(bytes: number): Resizable {
  const Resizing = ArrayBuffer as unknown as new (bytes: number, options: object) => Resizable;
  return new Resizing(bytes, { maxByteLength: bytes });
}
