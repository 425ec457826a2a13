import { matmul } from "./matmul";
import { operation } from "./operation";
import { tf } from "./tf";

const lookup = operation<{ table: tf.Tensor; ids: tf.Tensor }>({
  name: "RecursiveMASEmbedding",
  inputNames: ["table", "ids"],
  forward: ({ table, ids }) => tf.gather(table, ids as tf.Tensor1D),
  gradients: (dy, { table, ids }) => ({
    table: () => scatterRows(dy as tf.Tensor2D, ids as tf.Tensor1D, table.shape[0]!),
    ids: () => tf.zerosLike(ids),
  }),
});

/** Sums the rows of `dy` into a table of `rows` rows; wasm has no segment sum, so there it is a one-hot product. */
function scatterRows(dy: tf.Tensor2D, ids: tf.Tensor1D, rows: number): tf.Tensor {
  if (tf.getKernel("UnsortedSegmentSum", tf.getBackend())) return tf.unsortedSegmentSum(dy, ids, rows);
  return matmul<tf.Tensor>(tf.oneHot(ids, rows).toFloat(), dy, { transposeA: true });
}

/**
 * Rows of an embedding table, differentiable on every backend.
 *
 * @param table `[vocab, d]`
 * @param ids `[n]`, int32
 * @returns `[n, d]`
 */
export function embeddingLookup(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  return lookup({ table, ids }) as tf.Tensor2D;
}
