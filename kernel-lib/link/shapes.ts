/** The tensors of a link by name: their shapes in memory, linear layers as `[in, out]`. */
export type LinkShapes = Readonly<Record<string, readonly number[]>>;

/** Shapes of an inner link of width `d`. */
export function innerLinkShapes(d: number): LinkShapes {
  return { ...norm("pre_ln", d), ...linear("proj1", d, d), ...linear("proj2", d, d), ...norm("post_ln", d) };
}

/** Shapes of an outer link from an agent of width `from` to one of width `to`. */
export function outerLinkShapes(from: number, to: number): LinkShapes {
  return {
    ...norm("ln_source", from),
    ...linear("proj1", from, 2 * to),
    ...linear("proj2", 2 * to, to),
    ...linear("residual_proj", from, to),
    ...norm("ln_target", to),
  };
}

const linear = (name: string, from: number, to: number): LinkShapes => ({
  [`${name}.weight`]: [from, to],
  [`${name}.bias`]: [to],
});

const norm = (name: string, width: number): LinkShapes => ({
  [`${name}.weight`]: [width],
  [`${name}.bias`]: [width],
});
