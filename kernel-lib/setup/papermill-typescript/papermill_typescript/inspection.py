"""Finds the parameters of a notebook in the cell tagged `parameters`, for `papermill --help-notebook`.

Two kinds of cell are understood: `const settings = parameters({ steps: 150 }, ...)`, where every property is a
parameter, and plain declarations, `let steps = 150;  // help`. What is neither is passed over.
"""

import re

from papermill.models import Parameter

CALL = re.compile(r"\bparameters\s*\(\s*\{")
DECLARATION = re.compile(r"^(?:const|let|var)\s+([\w$]+)\s*(?::\s*([^=\n]+?))?\s*=(?!=)\s*", re.MULTILINE)
PROPERTY = re.compile(r"""\s*(?:([\w$]+)|"([^"]*)"|'([^']*)')\s*:\s*""")
SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
STRING = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`""", re.DOTALL)
HELP = re.compile(r"[ \t]*[,;]?[ \t]*//[ \t]*([^\n]*)")
NUMBER = re.compile(r"-?(?:\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?|\.\d+|0[xX][\da-fA-F]+|Infinity)|NaN")


def value_end(source, start, stops):
    """Where the expression that begins at `start` ends: at one of `stops` or a line's comment, outside brackets."""
    depth, at = 0, start
    while at < len(source):
        if depth == 0 and (source[at] in stops or source.startswith("//", at)):
            return at
        skipped = SKIPPED.match(source, at) or STRING.match(source, at)
        if skipped:
            at = skipped.end()
            continue
        depth += source[at] in "([{"
        depth -= source[at] in ")]}"
        at += 1
    return at


def without_comments(source):
    return re.sub("(%s)|%s" % (STRING.pattern, SKIPPED.pattern), lambda match: match[1] or "", source, flags=re.DOTALL)


def type_of(value):
    if value in ("true", "false"):
        return "boolean"
    if NUMBER.fullmatch(value):
        return "number"
    if STRING.fullmatch(value):
        return "string"
    if value.startswith("[") and value.endswith("]"):
        items = {type_of(item.strip()) for item in split(value[1:-1])}
        return "%s[]" % items.pop() if len(items) == 1 and "None" not in items else "array"
    return "object" if value.startswith("{") else "None"


def split(items):
    at = 0
    while at < len(items):
        end = value_end(items, at, ",")
        if items[at:end].strip():
            yield items[at:end]
        at = end + 1


def found(source, name, start, end, annotation=None):
    value = " ".join(without_comments(source[start:end]).split())
    explained = HELP.match(source, end)
    return Parameter(
        name=name,
        inferred_type_name=annotation or type_of(value),
        default=value,
        help=explained[1].strip() if explained else "",
    )


def properties(source, start):
    """The properties of the object whose first property begins at `start`, and the place after it."""
    parameters, at = [], start
    while at < len(source) and source[at] != "}":
        at = BLANK.match(source, at).end()
        name = PROPERTY.match(source, at)
        begin = name.end() if name else at
        end = value_end(source, begin, ",}")
        if name:
            parameters.append(found(source, name[1] or name[2] or name[3], begin, end))
        at = end + 1 if source[end : end + 1] == "," else end
    return parameters, at


def inspect_source(source):
    call = CALL.search(source)
    if not call:
        matches = DECLARATION.finditer(source)
        return [found(source, m[1], m.end(), value_end(source, m.end(), ";\n"), m[2]) for m in matches]
    parameters, end = properties(source, call.end())
    if re.search(r"\bquick\s*:", source[end:]):
        parameters.append(Parameter("quick", "boolean", "false", "small sizes first"))
    return parameters
