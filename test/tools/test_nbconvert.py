import re

import nbformat
from tour import tour, write


def test_executing_a_notebook_of_ours_fills_every_cell(run, ours, tmp_path):
    done = run("nbconvert", "--execute", "--to", "notebook", "--output-dir", tmp_path, "--output", "out", ours)
    assert done.returncode == 0, done.stderr
    cells = [cell for cell in nbformat.read(tmp_path / "out.ipynb", as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell.outputs for cell in cells)


def test_a_failing_cell_fails_the_command(run, tmp_path):
    made = tour()
    made.cells[5].metadata["tags"] = []
    done = run("nbconvert", "--execute", "--to", "notebook", "--stdout", write(made, tmp_path / "tour.ipynb"))
    assert done.returncode == 1
    assert "RangeError: on purpose" in re.sub(r"\x1b\[[0-9;]*m", "", done.stderr)


def test_a_page_shows_tables_and_values(run, executed, tmp_path):
    path = write(executed, tmp_path / "tour.ipynb")
    done = run("nbconvert", "--to", "html", "--output-dir", tmp_path, path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "tour.html").read_text(encoding="utf-8")
    assert "[ 10, 20, 30 ]" in page and "base: 150 steps" in page and "RangeError" in page


def test_a_script_has_the_code_and_the_ending_of_typescript(run, executed, tmp_path):
    path = write(executed, tmp_path / "tour.ipynb")
    done = run("nbconvert", "--to", "script", "--output-dir", tmp_path, path)
    assert done.returncode == 0, done.stderr
    assert "settings.rounds.map" in (tmp_path / "tour.ts").read_text(encoding="utf-8")
