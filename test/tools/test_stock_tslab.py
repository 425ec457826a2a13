from stock_tslab import ROOT, run


def test_the_quick_start_runs_on_tslab_as_it_comes_after_one_cell_that_imports_the_library(tmp_path):
    notebook = run(ROOT / "notebooks" / "00-quickstart.ipynb", tmp_path, environment={"RECURSIVEMAS_QUICK": "1"})
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # tslab does not report every failure, so the last cell has to have said what it found
    said = "".join(output.get("text", "") for output in code[-1].outputs)
    assert said.count("reproduced: ") == 3
    assert "not reproduced" not in said
