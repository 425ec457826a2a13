import pytest
from conftest import PATIENCE
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tour import notebook, outputs

SETTINGS = 'steps = 150, name = "base", rate = 0.5, rounds = [1,2,3], deep = false\n'


def test_every_cell_shows_what_it_should_and_an_expected_error_does_not_end_the_run(executed):
    first, second, third, fourth, fifth, sixth = outputs(executed)
    assert first == [SETTINGS]
    assert second == ["base: 150 steps\n"]
    assert third == ["[ 10, 20, 30 ]"]
    assert len(fourth) == 1 and "base" in fourth[0] and "150" in fourth[0]
    assert fifth == ["RangeError: on purpose"]
    assert sixth == ["'shallow'"]


def test_cells_are_numbered_as_they_ran(executed):
    assert [cell.execution_count for cell in executed.cells if cell.cell_type == "code"] == [1, 2, 3, 4, 5, 6]


def test_a_value_carries_its_html_beside_its_text(executed):
    assert "<table" in executed.cells[4].outputs[0].data["text/html"]


@pytest.fixture(scope="module")
def failing():
    made = notebook("const before = 1;", 'throw new RangeError("too far")', "const after = 2;")
    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(made, timeout=PATIENCE, startup_timeout=PATIENCE).execute()
    return caught.value, made


def test_an_error_ends_the_run_with_its_name_and_message(failing):
    error, _ = failing
    assert (error.ename, error.evalue) == ("RangeError", "too far")


def test_an_error_is_kept_in_the_notebook_with_its_line_and_the_cells_after_it_do_not_run(failing):
    _, made = failing
    (output,) = made.cells[1].outputs
    assert (output.ename, output.evalue) == ("RangeError", "too far")
    assert "too far" in "\n".join(output.traceback)
    assert made.cells[2].execution_count is None


def test_a_type_error_is_seen_before_the_cell_runs():
    made = notebook('console.log("ran"); const n: number = "text";')
    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(made, timeout=PATIENCE, startup_timeout=PATIENCE).execute()
    assert "not assignable to type 'number'" in caught.value.evalue
    assert [output.output_type for output in made.cells[0].outputs] == ["error"]
