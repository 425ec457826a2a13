import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from tour import tour, write

ROOT = Path(__file__).resolve().parents[2]
# Patience for a machine that is busy with everything else; no test waits that long when all is well.
PATIENCE = 300


@pytest.fixture(scope="session")
def ours():
    """A notebook of the project that runs in seconds."""
    return ROOT / "notebooks" / "01-the-notebook.ipynb"


@pytest.fixture(scope="session")
def run():
    """Runs `python -m ...` of this environment; returns the finished process with its text."""

    def run_module(*arguments, cwd=ROOT):
        command = [sys.executable, "-m", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=PATIENCE)

    return run_module


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """The tour, run by nbclient."""
    folder = tmp_path_factory.mktemp("tour")
    notebook = tour()
    NotebookClient(notebook, timeout=PATIENCE, startup_timeout=PATIENCE, resources={"metadata": {"path": str(folder)}}).execute()
    return nbformat.read(write(notebook, folder / "tour.ipynb"), as_version=4)
