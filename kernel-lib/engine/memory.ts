import { tf } from "./tf";

/** A tensor, or arrays and plain objects of tensors. */
export type Tensors = tf.Tensor | readonly Tensors[] | { readonly [key: string]: Tensors };

/** Frees every tensor inside; for values that outlive a `tf.tidy`, because an `await` stands between. */
export function release(tensors: Tensors): void {
  tf.dispose(tensors as tf.TensorContainer);
}
