"""Small notebooks for the tools to run."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"name": "recursivemas", "display_name": "RecursiveMAS (TypeScript)", "language": "typescript"}

PARAMETERS = """
const settings = parameters(
  { steps: 150, name: "base", rate: 0.5, rounds: [1, 2, 3], deep: false },
  { quick: { steps: 20, rounds: [1] } },
);
""".strip()


def notebook(*cells):
    """A notebook of code cells; a cell given as (source, tag) carries that tag."""
    made = []
    for number, cell in enumerate(cells):
        source, tags = (cell, []) if isinstance(cell, str) else (cell[0], [cell[1]])
        made.append(new_code_cell(source, metadata={"tags": tags}, id="cell-%d" % number))
    language = {"name": "typescript", "file_extension": ".ts"}
    return new_notebook(cells=made, metadata={"kernelspec": KERNEL, "language_info": language})


def tour():
    """One cell of each kind: parameters, a stream, a value, a display, an error that is expected, and one after it."""
    made = notebook(
        (PARAMETERS, "parameters"),
        'console.log(`${settings.name}: ${settings.steps} steps`);',
        "settings.rounds.map((round) => round * 10)",
        "table([{ name: settings.name, steps: settings.steps }])",
        ('throw new RangeError("on purpose")', "raises-exception"),
        "settings.deep ? `deep` : `shallow`",
    )
    made.cells.insert(0, new_markdown_cell("# A tour", id="title"))
    return made


def write(made, path):
    nbformat.write(made, path)
    return path


def outputs(made):
    """What every code cell showed, in short: streams, text/plain of values, names of errors."""
    return [[text_of(output) for output in cell.outputs] for cell in made.cells if cell.cell_type == "code"]


def text_of(output):
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return "%s: %s" % (output.ename, output.evalue)
    return output.data["text/plain"]
