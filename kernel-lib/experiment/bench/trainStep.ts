import { silu } from "../../engine/activation";
import { MASKED } from "../../engine/attention";
import { crossEntropy } from "../../engine/loss";
import { rmsNorm } from "../../engine/normalization";
import { applyRotary, rotaryAngles } from "../../engine/rotary";
import { tf } from "../../engine/tf";
import type { ModelConfig } from "../../model/config";
import type { Weights } from "../../model/parameters";
import { ropeFrequencies } from "../../model/rope";

/** A product of two matrices, or of batches of them. */
export type Product = (a: tf.Tensor, b: tf.Tensor, options?: { transposeB?: boolean }) => tf.Tensor;

/**
 * Next-token loss of a transformer and its gradients, all matrix products (the embedding is one) done by `product` and all
 * else by the library's operations: the network of `model/transformer.ts` without biases, cache and padding, so that one can
 * measure what the products cost.
 *
 * @param ids `[batch][time]`
 * @returns the loss and the gradient of every weight; the caller frees them
 */
export function trainStep(
  config: ModelConfig,
  weights: Weights,
  ids: readonly (readonly number[])[],
  product: Product,
): { loss: tf.Scalar; gradients: Record<string, tf.Tensor> } {
  const names = Object.keys(weights);
  const loss = (...given: tf.Tensor[]): tf.Scalar =>
    nextTokenLoss(config, Object.fromEntries(names.map((name, i) => [name, given[i]!])), ids, product);
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => weights[name]!));
  return {
    loss: value as tf.Scalar,
    gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
  };
}

function nextTokenLoss(
  config: ModelConfig,
  weights: Weights,
  ids: readonly (readonly number[])[],
  product: Product,
): tf.Scalar {
  const { hiddenSize: d, layers, normEps } = config;
  const [batch, time] = [ids.length, ids[0]!.length - 1];
  const inputs = tf.tensor1d(
    ids.flatMap((row) => row.slice(0, -1)),
    "int32",
  );
  const targets = tf.tensor1d(
    ids.flatMap((row) => row.slice(1)),
    "int32",
  );
  const table = weights["model.embed_tokens.weight"] as tf.Tensor2D;
  const positions = Array.from({ length: time }, (_, t) => t);
  const angles = rotaryAngles([positions], ropeFrequencies(config));
  const mask = causalMask(time);

  // one-hot rows times the table, as tf.gather has no gradient on wasm
  let x = product(tf.oneHot(inputs, config.vocabSize).toFloat(), table); // [batch · time, d]
  for (let layer = 0; layer < layers; layer++) {
    const at = (name: string): tf.Tensor => weights[`model.layers.${layer}.${name}.weight`]!;
    const norm = (input: tf.Tensor, name: string): tf.Tensor =>
      rmsNorm(input, at(name) as tf.Tensor1D, normEps);

    const { heads, headDim } = config;
    const normed = norm(x, "input_layernorm");
    const split = (name: string): tf.Tensor4D =>
      tf.transpose(tf.reshape(product(normed, at(name)), [batch, time, heads, headDim]), [0, 2, 1, 3]);
    const query = applyRotary(split("self_attn.q_proj"), angles);
    const key = applyRotary(split("self_attn.k_proj"), angles);
    const scores = product(tf.mul(query, headDim ** -0.5), key, { transposeB: true });
    const mixed = product(tf.softmax(tf.add(scores, mask)), split("self_attn.v_proj"));
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * time, heads * headDim]);
    x = tf.add(x, product(joined, at("self_attn.o_proj")));

    const ready = norm(x, "post_attention_layernorm");
    const gated = tf.mul(silu(product(ready, at("mlp.gate_proj"))), product(ready, at("mlp.up_proj")));
    x = tf.add(x, product(gated, at("mlp.down_proj")));
  }
  const hidden = rmsNorm(tf.reshape(x, [-1, d]), weights["model.norm.weight"] as tf.Tensor1D, normEps);
  return crossEntropy(product(hidden, table, { transposeB: true }) as tf.Tensor2D, targets);
}

/** `[1, 1, time, time]`, hiding the future. */
function causalMask(time: number): tf.Tensor4D {
  const rows = Array.from({ length: time }, (_, q) =>
    Array.from({ length: time }, (_, k) => (k > q ? MASKED : 0)),
  );
  return tf.tensor4d(rows.flat(), [1, 1, time, time]);
}
