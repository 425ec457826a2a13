import { shown } from "../engine/check";
import { breathe } from "../engine/control";
import { release } from "../engine/memory";
import type { Random } from "../engine/random";
import { tf } from "../engine/tf";
import { type Cache, releaseCache, selectCache, selectRows } from "../model/cache";
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

/** What {@link speak} is told. */
export interface SpeakOptions extends Decoding {
  /** The end tokens, not part of the result. */
  stop: readonly number[];
  /** At most so many tokens, for all questions or for each; one with 0 says nothing. */
  maxNewTokens: number | readonly number[];
  /** Told the ids of a question after each that it says; `true` ends its text there. */
  halt?: (ids: readonly number[], row: number) => boolean;
  /** Needed when sampling: one stream per question, so that batch composition changes nothing. */
  randoms?: readonly Random[];
  signal?: AbortSignal;
}

/**
 * Decodes text after what an agent has read, until every question has an end token or `maxNewTokens`, or is halted. A
 * question whose text has ended costs no more: the others go on without it.
 *
 * @param start what was read; it is left alone, so the caller still owns it
 * @returns per question, the ids of its text, and how many tokens were generated, the end token included
 */
export async function speak(
  model: Model,
  start: Forward,
  { stop, maxNewTokens, halt, temperature = 0, topP = 1, randoms = [], signal }: SpeakOptions,
): Promise<{ ids: number[][]; generated: number[] }> {
  checkDecoding({ temperature, topP });
  const batch = start.hidden.shape[0];
  const limits =
    typeof maxNewTokens === "number" ? new Array<number>(batch).fill(maxNewTokens) : maxNewTokens;
  const ids: number[][] = Array.from({ length: batch }, () => []);
  const generated = new Array<number>(batch).fill(0);
  /** Takes a token; whether the question goes on. */
  const say = (row: number, id: number): boolean => {
    generated[row]!++;
    if (stop.includes(id)) return false;
    ids[row]!.push(id);
    return !halt?.(ids[row]!, row) && generated[row]! < limits[row]!;
  };

  let rows = placesWhere(limits, (limit) => limit > 0);
  if (rows.length === 0) return { ids, generated };
  let scores = tf.tidy(() => scoresOf(model, rows.length < batch ? selectRows(start, rows) : start));
  let cache: Cache | undefined;
  try {
    for (;;) {
      const streams = rows.map((row) => randoms[row]!);
      const chosen = await choose(scores, { temperature, topP, randoms: streams });
      scores.dispose();
      const places = placesWhere(chosen, (id, place) => say(rows[place]!, id));
      if (places.length === 0) break;
      // where none has been left behind, what was read is still whole
      const past = cache ?? start.cache;
      const among = cache ? places : places.map((place) => rows[place]!);
      const next = tf.tidy(() => {
        const kept = among.length < past.mask.length ? selectCache(past, among) : past;
        const embedded = embed(
          model,
          places.map((place) => [chosen[place]!]),
        );
        const after = forward(model, embedded, { cache: kept });
        return { scores: scoresOf(model, after), layers: after.cache.layers.map((layer) => ({ ...layer })) };
      });
      const mask = among.map((row) => Uint8Array.from([...past.mask[row]!, 1]));
      if (cache) releaseCache(cache);
      cache = { layers: next.layers, mask };
      scores = next.scores;
      rows = places.map((place) => rows[place]!);
      await breathe(signal);
    }
  } finally {
    release(scores);
    if (cache) releaseCache(cache);
  }
  return { ids, generated };
}

/** The places of the elements that pass. */
function placesWhere<T>(list: readonly T[], passes: (element: T, place: number) => boolean): number[] {
  return list.flatMap((element, place) => (passes(element, place) ? [place] : []));
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
  { temperature, topP, randoms }: Required<Decoding> & { randoms: readonly Random[] },
): Promise<number[]> {
  if (temperature === 0) {
    const best = tf.tidy(() => tf.argMax(scores, 1));
    const picked = Array.from(await best.data());
    best.dispose();
    return picked;
  }
  const values = (await scores.data()) as Float32Array;
  const vocab = scores.shape[1];
  return randoms.map((random, b) =>
    sampleToken(values.subarray(b * vocab, (b + 1) * vocab), { temperature, topP, random }),
  );
}
