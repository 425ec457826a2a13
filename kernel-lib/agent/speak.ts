import { shown } from "../engine/check";
import { breathe } from "../engine/control";
import { release } from "../engine/memory";
import type { Random } from "../engine/random";
import { tf } from "../engine/tf";
import { type Cache, releaseCache } from "../model/cache";
import { embed, type Forward, forward, logits, type Model } from "../model/transformer";
import { lastHidden } from "./read";
import { sampleToken } from "./sample";

/** How text is decoded. */
export interface Decoding {
  /** 0 is greedy (default); the paper samples at 0.6. */
  temperature?: number;
  /** The smallest set of likeliest tokens with this much probability is sampled from. Default 1: all. */
  topP?: number;
}

/**
 * Decodes text after what an agent has read, until every question has an end token or `maxNewTokens`.
 *
 * @param start what was read; it is left alone, so the caller still owns it
 * @param options.stop the end tokens, not part of the result
 * @param options.randoms needed when sampling, one stream per question, so that batch composition changes nothing
 * @returns per question, the ids of its text, and how many tokens were generated, the end token included
 */
export async function speak(
  model: Model,
  start: Forward,
  {
    stop,
    maxNewTokens,
    temperature = 0,
    topP = 1,
    randoms = [],
    signal,
  }: Decoding & {
    stop: readonly number[];
    maxNewTokens: number;
    randoms?: readonly Random[];
    signal?: AbortSignal;
  },
): Promise<{ ids: number[][]; generated: number[] }> {
  checkDecoding({ temperature, topP });
  const batch = start.hidden.shape[0];
  const ids: number[][] = Array.from({ length: batch }, () => []);
  const generated = new Array<number>(batch).fill(0);
  const open = new Uint8Array(batch).fill(1);
  let scores = tf.tidy(() => scoresOf(model, start));
  let cache: Cache | undefined;
  try {
    for (let step = 0; step < maxNewTokens; step++) {
      const chosen = await choose(scores, { temperature, topP, randoms, open });
      scores.dispose();
      chosen.forEach((id, b) => {
        if (!open[b]) return;
        generated[b]!++;
        if (stop.includes(id)) open[b] = 0;
        else ids[b]!.push(id);
      });
      if (!open.includes(1) || step + 1 === maxNewTokens) break;
      const next = tf.tidy(() => {
        const after = forward(
          model,
          embed(
            model,
            chosen.map((id) => [id]),
          ),
          { cache: cache ?? start.cache },
        );
        return { scores: scoresOf(model, after), layers: after.cache.layers.map((layer) => ({ ...layer })) };
      });
      const mask = (cache ?? start.cache).mask.map((row) => Uint8Array.from([...row, 1]));
      if (cache) releaseCache(cache);
      cache = { layers: next.layers, mask };
      scores = next.scores;
      await breathe(signal);
    }
  } finally {
    release(scores);
    if (cache) releaseCache(cache);
  }
  return { ids, generated };
}

function checkDecoding({ temperature, topP }: Required<Decoding>): void {
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(
      `temperature is ${shown(temperature)}; it must be 0, for greedy decoding, or a number above. ` +
        "Try temperature: 0.6.",
    );
  }
  if (!(topP > 0 && topP <= 1)) {
    throw new RangeError(
      `topP is ${shown(topP)}; it must be above 0 and at most 1, which samples from all tokens. Try topP: 0.95.`,
    );
  }
}

/** Scores of the next token, `[batch, vocab]`. */
function scoresOf(model: Model, { hidden }: Forward): tf.Tensor2D {
  const last = lastHidden(hidden);
  return logits(model, tf.reshape(last, [last.shape[0], last.shape[2]]) as tf.Tensor2D);
}

async function choose(
  scores: tf.Tensor2D,
  { temperature, topP, randoms, open }: Required<Decoding> & { randoms: readonly Random[]; open: Uint8Array },
): Promise<number[]> {
  if (temperature === 0) {
    const best = tf.tidy(() => tf.argMax(scores, 1));
    const picked = Array.from(await best.data());
    best.dispose();
    return picked;
  }
  const values = (await scores.data()) as Float32Array;
  const vocab = scores.shape[1];
  return Array.from(open, (isOpen, b) =>
    isOpen
      ? sampleToken(values.subarray(b * vocab, (b + 1) * vocab), { temperature, topP, random: randoms[b]! })
      : 0,
  );
}
