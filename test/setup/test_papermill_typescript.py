"""The translator: what Node reads in its code is what Python wrote."""

import json
import subprocess

import papermill_typescript
import pytest
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators
from papermill_typescript.translator import RecursiveMASTranslator, TypeScriptTranslator

VALUES = {
    "text": "plain",
    "quotes": "'single' \"double\" `back` ${dollar} \\n",
    "lines": "one\ntwo\r\n\tthree\x00",
    "unicode": "größe 北京 😀 \u2028 \u2029",
    "yes": True,
    "no": False,
    "whole": -7,
    "largest": 2**53 - 1,
    "fraction": 0.1,
    "tiny": 2e-4,
    "huge": 1e300,
    "nothing": None,
    "empty": [],
    "list": [1, [2.5, "x"], {"deep": None}],
    "object": {"a": {"b": [True]}, "two words": 1, "__proto__": "kept", "class": 2, "7": 3},
    "bare": {},
}


def evaluate(source):
    """What Node makes of it; the assertions of type are none, so the code is JavaScript as well."""
    done = subprocess.run(["node", "-e", source], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_node_reads_every_value_as_it_was_given():
    code = TypeScriptTranslator.codify(VALUES)
    assert evaluate(code + "console.log(JSON.stringify({ %s }));" % ", ".join(VALUES)) == VALUES


def test_numbers_that_json_does_not_have_arrive():
    code = TypeScriptTranslator.codify({"a": float("nan"), "b": float("inf"), "c": float("-inf")})
    assert evaluate(code + "console.log(JSON.stringify([a, b, c].map(String)));") == ["NaN", "Infinity", "-Infinity"]


def test_a_lone_surrogate_can_be_saved():
    assert TypeScriptTranslator.translate("a\ud800b") == '"a\\ud800b"'


def test_a_tuple_is_a_list():
    assert TypeScriptTranslator.translate((1, "a")) == '[1, "a"]'


def test_the_code_begins_with_its_comment_and_declares_each_parameter():
    assert TypeScriptTranslator.codify({"steps": 10, "name": "x"}, "Two\nlines") == (
        '// Two\n// lines\nlet steps = 10;\nlet name = "x";\n'
    )


def test_our_kernel_also_changes_the_declared_parameters():
    assert RecursiveMASTranslator.codify({"steps": 10, "quick": True}) == (
        "// Parameters\nlet steps = 10;\nlet quick = true;\nsetParameters({ steps, quick });\n"
    )


@pytest.mark.parametrize("name", ["two words", "class", "1st", ""])
def test_a_parameter_that_cannot_be_a_variable_is_refused_by_name(name):
    with pytest.raises(PapermillException, match='"%s" cannot be a variable' % name):
        TypeScriptTranslator.codify({name: 1})


def test_a_whole_number_that_would_lose_digits_is_refused():
    with pytest.raises(PapermillException, match="9007199254740992 is larger"):
        TypeScriptTranslator.translate(2**53)


def test_papermill_finds_the_translators_without_an_import_of_ours():
    assert papermill_typescript.papermill  # imported above; the command line test does without
    find = papermill_translators.find_translator
    assert find("recursivemas", "typescript") is RecursiveMASTranslator
    assert find("tslab", "typescript") is TypeScriptTranslator
    assert find("another", "typescript") is TypeScriptTranslator
    assert find("python3", "python") is not TypeScriptTranslator


def inspected(source):
    return [tuple(parameter) for parameter in TypeScriptTranslator.inspect({"source": source})]


def test_the_properties_of_parameters_are_found_with_type_default_and_help():
    source = """
const settings = parameters(
  {
    steps: 150,   // how long
    /* first */ rate: 2e-4,
    'name': "a, b }", // see https://example.org
    site: "https://example.org", deep: false,
    rounds: [
      1, 2, // both
    ],
    mixed: [1, "a"], nested: { a: 1 }, last: -1  // no comma
  },
  { quick: { steps: 20 } },
);"""
    assert inspected(source) == [
        ("steps", "number", "150", "how long"),
        ("rate", "number", "2e-4", ""),
        ("name", "string", '"a, b }"', "see https://example.org"),
        ("site", "string", '"https://example.org"', ""),
        ("deep", "boolean", "false", ""),
        ("rounds", "number[]", "[ 1, 2, ]", ""),
        ("mixed", "array", '[1, "a"]', ""),
        ("nested", "object", "{ a: 1 }", ""),
        ("last", "number", "-1", "no comma"),
        ("quick", "boolean", "false", "small sizes first"),
    ]


def test_plain_declarations_are_found():
    source = "let steps = 150;  // how long\nconst name: string | null = null\n// note\nvar rounds = [1,\n  2]; let inner = 1"
    assert inspected(source) == [
        ("steps", "number", "150", "how long"),
        ("name", "string | null", "null", ""),
        ("rounds", "number[]", "[1, 2]", ""),
    ]


@pytest.mark.parametrize("source", ["", "// nothing", "steps == 3", "parameters({", "parameters({ ...a, b, [c]: 1 })", "let = ;"])
def test_what_is_not_understood_is_passed_over(source):
    assert inspected(source) == []
