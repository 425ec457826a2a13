import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../kernel-lib/engine/backend";
import { tf } from "../../kernel-lib/engine/tf";
import {
  adamW,
  clipByGlobalNorm,
  cosineSchedule,
  initialState,
  type NamedTensors,
  type OptimizerOptions,
} from "../../kernel-lib/training/optimizer";
import { expectClose, tensorsLeftBy } from "../support/tensors";

const start = (): NamedTensors => ({
  w: tf.tensor2d([
    [0.5, -1, 2],
    [0.25, 1.5, -0.75],
  ]),
  b: tf.tensor1d([0.1, -0.3, 0.7]),
});

// their joint norms are 4.53, 0.45 and 5.71, so a clip at 1 cuts the first and the third
const GRADIENTS = [
  {
    w: [
      [1, -2, 3],
      [0.5, 0, -1],
    ],
    b: [2, -0.5, 1],
  },
  {
    w: [
      [0.1, 0.2, -0.1],
      [0.05, 0, 0.3],
    ],
    b: [-0.2, 0.1, 0],
  },
  {
    w: [
      [-1, 1, 0.5],
      [2, -3, 0.25],
    ],
    b: [0.5, 4, -1],
  },
];

/** The parameters after each of the three gradients. */
function threeSteps(options: OptimizerOptions): NamedTensors[] {
  let parameters = start();
  let state = initialState(parameters);
  return GRADIENTS.map(({ w, b }) => {
    ({ parameters, state } = adamW(parameters, { w: tf.tensor2d(w), b: tf.tensor1d(b) }, state, options));
    return parameters;
  });
}

beforeAll(() => ready());

describe("AdamW", () => {
  // torch.optim.AdamW after torch.nn.utils.clip_grad_norm_, decay on w only
  it("takes the steps of torch's, clipped at 1, with decay of matrices", async () => {
    const steps = threeSteps({ learningRate: 0.05, betas: [0.9, 0.95], weightDecay: 0.1, clip: 1 });
    const expected = [
      [
        [0.44749999, -0.94499999, 1.9400001, 0.19875, 1.4925001, -0.69625002],
        [0.050000001, -0.25, 0.64999998],
      ],
      [
        [0.39900666, -0.92498267, 1.9023905, 0.15150043, 1.4850376, -0.70284271],
        [0.034707651, -0.25015298, 0.61606759],
      ],
      [
        [0.38695616, -0.92019683, 1.8669827, 0.10980041, 1.5087736, -0.71092409],
        [0.017144991, -0.28070754, 0.61565089],
      ],
    ];
    for (const [i, [w, b]] of expected.entries()) {
      await expectClose(steps[i]!.w!, w!, 1e-6);
      await expectClose(steps[i]!.b!, b!, 1e-6);
    }
  });

  it("takes the steps of torch's without clip and decay", async () => {
    const steps = threeSteps({ learningRate: 0.05, clip: Number.POSITIVE_INFINITY });
    await expectClose(steps[1]!.w!, [0.41249424, -0.91999537, 1.9173435, 0.16249423, 1.5, -0.67837936], 1e-6);
    await expectClose(
      steps[2]!.w!,
      [0.4147478, -0.91363573, 1.8867761, 0.12536532, 1.5311612, -0.66956252],
      1e-6,
    );
    await expectClose(steps[2]!.b!, [-0.010623844, -0.25264543, 0.62036002], 1e-6);
  });

  it("changes neither the parameters nor the state that it is given", async () => {
    const parameters = start();
    const state = initialState(parameters);
    adamW(parameters, { w: tf.ones([2, 3]), b: tf.ones([3]) }, state, { learningRate: 1 });
    await expectClose(parameters.b!, [0.1, -0.3, 0.7]);
    await expectClose(state.m.b!, [0, 0, 0]);
    expect(state.step).toBe(0);
  });

  it("leaves the new parameters and state, nothing else, in a tidy", async () => {
    const parameters = start();
    const state = initialState(parameters);
    const gradients: NamedTensors = { w: tf.ones([2, 3]), b: tf.ones([3]) };
    const step = (): unknown =>
      tf.tidy(() => {
        const next = adamW(parameters, gradients, state, { learningRate: 1 });
        return { p: next.parameters, m: next.state.m, v: next.state.v } as tf.TensorContainer;
      });
    expect(await tensorsLeftBy(step)).toBe(6);
  });
});

describe("clipping", () => {
  it("scales all gradients by one factor to the limit", async () => {
    const { a, b } = clipByGlobalNorm({ a: tf.tensor1d([3, 0]), b: tf.tensor2d([[4]]) }, 2);
    await expectClose(a!, [1.2, 0]);
    await expectClose(b!, [1.6]);
  });

  it("leaves gradients within the limit alone, zeros too", async () => {
    const { a } = clipByGlobalNorm({ a: tf.tensor1d([0.5, 0.25]) }, 1);
    await expectClose(a!, [0.5, 0.25], 0);
    await expectClose(clipByGlobalNorm({ a: tf.zeros([2]) }, 1).a!, [0, 0]);
  });
});

describe("the schedule", () => {
  it("rises in a line to its peak", () => {
    expect([0, 1, 2, 3].map((step) => cosineSchedule(2, step, 20, 4))).toEqual([0.5, 1, 1.5, 2]);
  });

  it("falls along the cosine of transformers' get_cosine_schedule_with_warmup", () => {
    const expected: [number, number][] = [
      [4, 2],
      [5, 1.9807852804032304],
      [8, 1.7071067811865475],
      [12, 1],
      [19, 0.01921471959676957],
    ];
    for (const [step, rate] of expected) expect(cosineSchedule(2, step, 20, 4)).toBeCloseTo(rate, 12);
  });

  it("starts at its peak without a warm-up, and bears one as long as the run", () => {
    expect(cosineSchedule(2, 0, 20, 0)).toBe(2);
    expect([0, 1].map((step) => cosineSchedule(2, step, 2, 10))).toEqual([0.2, 0.4]);
  });
});
