"""Python values as TypeScript source."""

import json
import math
import re

from papermill.exceptions import PapermillException
from papermill.translators import Translator

from .inspection import inspect_source

LARGEST_INTEGER = 2**53 - 1
# Valid in a file of TypeScript, but editors show them as line breaks; lone surrogates cannot be saved at all.
AWKWARD = re.compile("[\u2028\u2029\ud800-\udfff]")
RESERVED = set(
    "await break case catch class const continue debugger default delete do else enum export extends false finally for "
    "function if implements import in instanceof interface let new null package private protected public return static "
    "super switch this throw true try typeof var void while with yield".split()
)


def is_name(text):
    return text.replace("$", "_").isidentifier() and text not in RESERVED


class TypeScriptTranslator(Translator):
    """Declares each parameter as a variable; `let`, because `const quick = true` would have the type `true`."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_str(cls, val):
        text = json.dumps(str(val), ensure_ascii=False)
        return AWKWARD.sub(lambda match: "\\u%04x" % ord(match[0]), text)

    @classmethod
    def translate_escaped_str(cls, str_val):
        return cls.translate_str(str_val)

    @classmethod
    def translate_int(cls, val):
        if abs(val) > LARGEST_INTEGER:
            raise PapermillException(
                "%d is larger than any whole number that TypeScript keeps exactly (%d): give it as text, with -r"
                % (val, LARGEST_INTEGER)
            )
        return str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isfinite(val):
            return repr(float(val))
        return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"

    @classmethod
    def translate_dict(cls, val):
        return "{ %s }" % ", ".join(cls.entry(key, value) for key, value in val.items()) if val else "{}"

    @classmethod
    def entry(cls, key, value):
        # A plain __proto__ would set the prototype instead of a property.
        name = '["__proto__"]' if key == "__proto__" else key if is_name(str(key)) else cls.translate_str(key)
        return "%s: %s" % (name, cls.translate(value))

    @classmethod
    def translate_list(cls, val):
        return "[%s]" % ", ".join(cls.translate(value) for value in val)

    @classmethod
    def translate(cls, val):
        return cls.translate_list(val) if isinstance(val, (tuple, set)) else super().translate(val)

    @classmethod
    def comment(cls, cmt_str):
        return "\n".join(("// " + line).rstrip() for line in cmt_str.splitlines())

    @classmethod
    def assign(cls, name, str_val):
        if not is_name(name):
            raise PapermillException('the parameter "%s" cannot be a variable in TypeScript: rename it' % name)
        return "let %s = %s;" % (name, str_val)

    @classmethod
    def inspect(cls, parameters_cell):
        return inspect_source(parameters_cell["source"])


class RecursiveMASTranslator(TypeScriptTranslator):
    """Also changes what `parameters({...})` returned, checked by the library against the names and types given there."""

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        return "%ssetParameters({ %s });\n" % (super().codify(parameters, comment), ", ".join(parameters))
