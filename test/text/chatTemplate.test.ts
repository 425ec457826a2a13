import { expect, it } from "vitest";
import { chatTemplate } from "../../kernel-lib/text/chatTemplate";

const CHATML =
  "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
  "{% if add_generation_prompt %}<|im_start|>assistant\n" +
  "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}";

const NO_SYSTEM =
  "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" +
  "[{{ m.role }}] {{ m.content }}{% endfor %}";

it("opens the assistant's turn without thinking by default", () => {
  expect(chatTemplate(CHATML).render([{ role: "user", content: "2 + 2?" }])).toBe(
    "<|im_start|>user\n2 + 2?<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
  );
});

it("passes on the generation prompt, thinking and further variables", () => {
  const user = [{ role: "user", content: "hi" }] as const;
  expect(chatTemplate(CHATML).render(user, { addGenerationPrompt: false })).toBe(
    "<|im_start|>user\nhi<|im_end|>\n",
  );
  expect(chatTemplate(CHATML).render(user, { enableThinking: true })).toMatch(/assistant\n$/);
  expect(chatTemplate("{{ date_string }}").render(user, { variables: { date_string: "today" } })).toBe(
    "today",
  );
});

it("merges the system text into the first user turn where the template rejects the role", () => {
  const rendered = chatTemplate(NO_SYSTEM, { bos_token: "<s>" }).render([
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why?" },
    { role: "assistant", content: "So." },
  ]);
  expect(rendered).toBe("<s>[user] Be brief.\n\nWhy?[assistant] So.");
});

it("reports the template's own objection when merging does not help", () => {
  const template = chatTemplate("{{ raise_exception('roles must alternate') }}");
  expect(() =>
    template.render([
      { role: "system", content: "s" },
      { role: "user", content: "u" },
    ]),
  ).toThrow("roles must alternate");
});
