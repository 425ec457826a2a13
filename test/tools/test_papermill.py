import nbformat
import papermill
import pytest
from conftest import PATIENCE
from papermill.exceptions import PapermillExecutionError
from tour import PARAMETERS, notebook, outputs, tour, write


def execute(made, path, parameters, **options):
    source = str(write(made, path / "in.ipynb"))
    return papermill.execute_notebook(
        source, str(path / "out.ipynb"), parameters, progress_bar=False, start_timeout=PATIENCE, **options
    )


def test_parameters_change_the_run(tmp_path):
    made = tour()
    del made.cells[5]  # papermill ends at every error, expected or not
    done = outputs(execute(made, tmp_path, {"steps": 32, "name": 'q"\n', "rounds": [4], "deep": True}))
    declared, injected, printed, value, shown, last = done
    assert declared == ['steps = 150, name = "base", rate = 0.5, rounds = [1,2,3], deep = false\n']
    assert injected == ['steps = 32, name = "q\\"\\n", rate = 0.5, rounds = [4], deep = true\n']
    assert printed == ['q"\n: 32 steps\n']
    assert value == ["[ 40 ]"]
    assert "32" in shown[0]
    assert last == ["'deep'"]


def test_quick_takes_the_small_sizes_and_single_values_stand_above_them(run, tmp_path):
    path = write(notebook((PARAMETERS, "parameters"), "settings"), tmp_path / "in.ipynb")
    done = run("papermill", path, tmp_path / "out.ipynb", "-p", "quick", "true", "-p", "rate", "2.5")
    assert done.returncode == 0, done.stderr
    assert "unknown parameter" not in done.stderr
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert outputs(made)[-1] == ["{ steps: 20, name: 'base', rate: 2.5, rounds: [ 1 ], deep: false }"]


def test_an_unknown_parameter_is_an_error_that_names_the_known_ones(tmp_path):
    made = notebook((PARAMETERS, "parameters"), "settings")
    with pytest.raises(PapermillExecutionError) as caught:
        execute(made, tmp_path, {"step": 1})
    assert 'names "step", and this notebook has steps, name, rate, rounds, deep' in caught.value.evalue


def test_variables_of_a_plain_notebook_are_parameters_too(tmp_path):
    made = notebook(("let steps = 150;\nlet quick = false;", "parameters"), "quick === true ? steps / 2 : steps")
    assert outputs(execute(made, tmp_path, {"steps": 10, "quick": True}))[-1] == ["5"]


def test_a_notebook_of_ours_runs(ours, tmp_path):
    made = papermill.execute_notebook(str(ours), str(tmp_path / "out.ipynb"), progress_bar=False, start_timeout=PATIENCE)
    cells = [cell for cell in made.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert made.metadata.papermill.exception is None
