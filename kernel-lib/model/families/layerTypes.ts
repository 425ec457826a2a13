import type { LayerType } from "../config";
import { ANOTHER, type Fields } from "../fields";

const NAMES: Readonly<Record<string, LayerType>> = {
  full_attention: "full",
  sliding_attention: "sliding",
  linear_attention: "delta",
};

/**
 * The `layer_types` of a configuration, or those of a pattern where it has none.
 *
 * @param allowed the types that the family has
 */
export function layerTypesOf(
  field: Fields,
  layers: number,
  allowed: readonly LayerType[],
  pattern: (index: number) => LayerType,
): LayerType[] {
  const given = field.value("layer_types");
  if (given === undefined) return Array.from({ length: layers }, (_, i) => pattern(i));
  const names = allowed.map((type) => hfLayerType(type));
  if (!Array.isArray(given) || given.length !== layers) {
    return field.fail(`layer_types is not a list of num_hidden_layers = ${layers} names`);
  }
  return given.map((name: unknown) => {
    const type = NAMES[String(name)];
    if (type && allowed.includes(type)) return type;
    return field.fail(
      `layer_types names ${JSON.stringify(name)}; supported are ${names.join(", ")}`,
      ANOTHER,
    );
  });
}

/** How transformers calls a layer type. */
export function hfLayerType(type: LayerType): string {
  return Object.keys(NAMES).find((name) => NAMES[name] === type)!;
}

/** Throws if a model that this library runs with full attention alone has windowed layers. */
export function requireFullAttention(field: Fields): void {
  const types = field.value("layer_types");
  const windowed = Array.isArray(types)
    ? types.some((type) => type !== "full_attention")
    : field.value("use_sliding_window") === true;
  if (windowed) {
    field.fail(
      "it has layers with sliding-window attention; supported is full attention in every layer",
      ANOTHER,
    );
  }
}
