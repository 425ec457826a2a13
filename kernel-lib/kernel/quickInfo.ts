import type * as TypeScript from "@tslab/typescript-for-tslab";

type Info = TypeScript.QuickInfo;
type Parts = TypeScript.SymbolDisplayPart[];

const LABELS: Readonly<Record<string, string>> = {
  returns: "Returns:",
  throws: "Throws:",
  example: "Example:",
};

/** What the compiler knows of a name, as text: its declaration, what it is, and the rest of its documentation. */
export function plainInfo(info: Info): string {
  const tags = (info.tags ?? []).map(({ name, text }) => {
    const content = prose(text);
    return content && `${LABELS[name] ?? `@${name}`}${name === "example" ? "\n" : " "}${content}`;
  });
  const about = [prose(info.documentation), ...tags].filter(Boolean).join("\n");
  return [declaration(info), about].filter(Boolean).join("\n\n");
}

/** The same as Markdown. */
export function markdownInfo(info: Info): string {
  const sections = [`\`\`\`typescript\n${declaration(info)}\n\`\`\``, prose(info.documentation)];
  for (const { name, text } of info.tags ?? []) {
    const content = prose(text);
    sections.push(
      name === "example" && !content.includes("```")
        ? `*@example*\n\`\`\`typescript\n${content}\n\`\`\``
        : `*@${name}* ${content}`,
    );
  }
  return sections.filter(Boolean).join("\n\n");
}

/** Names of the library are imported into every cell, which is no news of them. */
function declaration({ displayParts = [] }: Info): string {
  const text = displayParts.map((part) => part.text).join("");
  const known = text.replace(/\nimport [^\n]*$/, "");
  return known === text ? text : known.replaceAll(/^\(alias\) /gm, "");
}

/** Links as the names they lead to. */
function prose(parts: Parts = []): string {
  return parts
    .filter(({ kind }) => kind !== "link")
    .map(({ kind, text }, index, all) =>
      kind === "linkText" && all[index - 1]?.kind === "linkName" ? ` ${text.trim()}` : text,
    )
    .join("");
}
