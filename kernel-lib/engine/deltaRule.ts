import { matmul } from "./matmul";
import { tf } from "./tf";

/** The inputs of {@link deltaRule}, per head. */
export interface DeltaRuleInputs {
  /** `[batch, heads, time, keyDim]`, scaled */
  query: tf.Tensor4D;
  /** `[batch, heads, time, keyDim]`, of length 1 */
  key: tf.Tensor4D;
  /** `[batch, heads, time, valueDim]` */
  value: tf.Tensor4D;
  /** g, the logarithm of the share of the memory that is kept, `[batch, heads, time, 1]` */
  decay: tf.Tensor4D;
  /** β, the share of the correction that is made, `[batch, heads, time, 1]` */
  beta: tf.Tensor4D;
  /** S before the first position, `[batch, heads, keyDim, valueDim]` */
  state: tf.Tensor4D;
}

/**
 * The gated delta rule, position by position:
 * S ← e^g S;  S ← S + k β (v − Sᵀk)ᵀ;  o = Sᵀq.
 *
 * @returns output o, `[batch, heads, time, valueDim]`, and the last state S; differentiable in all inputs
 */
export function deltaRule({ query, key, value, decay, beta, state }: DeltaRuleInputs): {
  output: tf.Tensor4D;
  state: tf.Tensor4D;
} {
  const [batch, heads, time, keyDim] = key.shape;
  const valueDim = value.shape[3];
  const rows = batch * heads;
  const flat = (x: tf.Tensor4D): tf.Tensor3D => tf.reshape(x, [rows, time, x.shape[3]]);
  const [q, k, v, kept, b] = [query, key, value, tf.exp(decay), beta].map(flat) as [
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
    tf.Tensor3D,
  ];
  let memory: tf.Tensor3D = tf.reshape(state, [rows, keyDim, valueDim]);
  const outputs: tf.Tensor3D[] = [];
  for (let t = 0; t < time; t++) {
    const at = (x: tf.Tensor3D): tf.Tensor3D => tf.slice(x, [0, t, 0], [rows, 1, x.shape[2]]);
    const before = memory;
    const [after, output] = tf.tidy((): [tf.Tensor3D, tf.Tensor3D] => {
      const faded = tf.mul<tf.Tensor3D>(before, at(kept));
      const error = tf.sub<tf.Tensor3D>(at(v), matmul(at(k), faded));
      const column = tf.reshape(at(k), [rows, keyDim, 1]);
      const next = tf.add<tf.Tensor3D>(faded, tf.mul(column, tf.mul(error, at(b))));
      return [next, matmul(at(q), next)];
    });
    memory = after;
    // a state is large and there is one per position: only the last one is kept, and what a gradient has saved
    before.dispose();
    outputs.push(output);
  }
  return {
    output: tf.reshape(tf.concat(outputs, 1), [batch, heads, time, valueDim]),
    state: tf.reshape(memory, [batch, heads, keyDim, valueDim]),
  };
}
