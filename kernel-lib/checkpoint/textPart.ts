import type { TensorSource } from "./safetensors";

/** How vision models call what their text part calls `model.` and `lm_head.`, older and newer names. */
const TEXT_PREFIXES: readonly (readonly [stored: string, plain: string])[] = [
  ["language_model.model.", "model."],
  ["language_model.lm_head.", "lm_head."],
  ["model.language_model.", "model."],
];

/** Parts that a text model does not run: seeing, and guessing several tokens at once. */
const OTHER_PARTS = /^(model\.)?(vision_tower|vision_model|visual|multi_modal_projector)\.|^mtp\./;

/** The text part of a checkpoint, under the names of a text model; a text model's own checkpoint comes back as it is. */
export function textPart(source: TensorSource): TensorSource {
  const stored = new Map(
    source.names.filter((name) => !OTHER_PARTS.test(name)).map((name) => [plainName(name), name]),
  );
  const storedName = (name: string): string => stored.get(name) ?? name;
  return {
    names: [...stored.keys()].sort(),
    shapeOf: (name) => source.shapeOf(storedName(name)),
    read: (name) => source.read(storedName(name)),
    scan: (name, visit) => source.scan(storedName(name), visit),
  };
}

function plainName(name: string): string {
  const [stored, plain] = TEXT_PREFIXES.find(([prefix]) => name.startsWith(prefix)) ?? ["", ""];
  return plain + name.slice(stored.length);
}
