import { tf } from "./tf";

/** The inputs of an operation by name. */
export type Inputs = Readonly<Record<string, tf.Tensor>>;

/** A differentiable function of named tensors. */
export type Operation<I extends Inputs> = (inputs: I) => tf.Tensor;

/** An operation of our own: how it is computed, and the gradient of each input. */
export interface OperationDefinition<I extends Inputs> {
  /** Unique among tfjs kernels. */
  name: string;
  /** Computes the result from plain tfjs ops; what it creates on the way is disposed. */
  forward: (inputs: I) => tf.Tensor;
  /** One thunk per input, called only where that input leads to a trained tensor: frozen weights cost nothing. */
  gradients: (dy: tf.Tensor, inputs: I) => { [K in keyof I]: () => tf.Tensor };
  inputNames: readonly (keyof I & string)[];
}

/**
 * Makes a differentiable operation that runs on every backend.
 *
 * `tf.customGrad` computes the gradients of all inputs whether they are wanted or not; a registered kernel with a
 * registered gradient computes those that are wanted. With frozen models that halves the backward pass.
 */
export function operation<I extends Inputs>(definition: OperationDefinition<I>): Operation<I> {
  const { name, forward, gradients, inputNames } = definition;
  const registered = new Set<string>();

  tf.registerGradient({
    kernelName: name,
    inputsToSave: [...inputNames],
    gradFunc: (dy, saved) => {
      const inputs = Object.fromEntries(inputNames.map((key, i) => [key, saved[i]!])) as unknown as I;
      return gradients(dy as tf.Tensor, inputs);
    },
  });

  return (inputs) => {
    const backendName = tf.getBackend();
    if (!registered.has(backendName)) {
      tf.registerKernel({
        kernelName: name,
        backendName,
        kernelFunc: ({ inputs: given }) => tf.tidy(() => forward(given as unknown as I)),
      });
      registered.add(backendName);
    }
    return tf.engine().runKernel(name, inputs as unknown as tf.NamedTensorMap) as tf.Tensor;
  };
}
