"""Runs a notebook of the project on tslab as it comes, with one cell before it that imports the library."""

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
KERNEL = "stock-tslab"


def import_cell(notebook):
    """The one cell that makes a notebook of ours run on stock tslab: the names of the library that it uses."""
    declarations = (ROOT / "dist" / "recursivemas.d.ts").read_text("utf8")
    lists = re.findall(r"^export (?:type )?\{([^}]*)\}", declarations, re.MULTILINE)
    offered = {name.split(" as ")[-1].strip() for names in lists for name in names.split(",")}
    sources = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    used = sorted(offered & set(re.findall(r"[A-Za-z_$][\w$]*", sources)))
    return f"import {{ {', '.join(used)} }} from \"recursivemas\";"


def install(folder):
    """Puts a kernelspec of stock tslab into a data folder of Jupyter."""
    spec = {
        "argv": [shutil.which("node"), str(ROOT / "node_modules/tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"],
        "display_name": "tslab, as it comes",
        "language": "typescript",
    }
    kernel = folder / "kernels" / KERNEL
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps(spec))


def run(source, folder, timeout=600, environment=None):
    """Executes a copy of `source` in `folder`, beside an installed library; raises when a cell fails."""
    install(folder / "jupyter")
    modules = folder / "node_modules"
    (modules / "@types").mkdir(parents=True)
    (modules / "recursivemas").symlink_to(ROOT, target_is_directory=True)
    (modules / "@types" / "node").symlink_to(ROOT / "node_modules/@types/node", target_is_directory=True)
    notebook = nbformat.read(source, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(import_cell(notebook)))
    os.environ["JUPYTER_PATH"] = str(folder / "jupyter")
    client = NotebookClient(
        notebook, kernel_name=KERNEL, timeout=timeout, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env={**os.environ, **(environment or {})})
    return notebook
