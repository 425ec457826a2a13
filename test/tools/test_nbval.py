from tour import write

NBVAL = ("pytest", "--nbval", "-p", "no:cacheprovider", "-q")


def test_an_executed_notebook_gives_the_same_again(run, executed, tmp_path):
    done = run(*NBVAL, write(executed, tmp_path / "tour.ipynb"), cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_a_wrong_output_is_found_and_named(run, executed, tmp_path):
    path = write(executed, tmp_path / "tour.ipynb")
    path.write_text(path.read_text(encoding="utf-8").replace("[ 10, 20, 30 ]", "[ 10, 20, 31 ]"), encoding="utf-8")
    done = run(*NBVAL, path, cwd=tmp_path)
    assert done.returncode == 1
    assert "1 failed, 5 passed" in done.stdout
    assert "[ 10, 20, 31 ]" in done.stdout and "[ 10, 20, 30 ]" in done.stdout


def test_a_notebook_of_ours_gives_the_same_again(run, ours, tmp_path):
    done = run(*NBVAL, ours, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "failed" not in done.stdout and "passed" in done.stdout
