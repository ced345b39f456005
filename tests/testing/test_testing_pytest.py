import subprocess
import sys
from textwrap import dedent

import pytest

PLUGIN = '''
"""Cities by pincode."""
from omoto_kit import enricher


@enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru"), ({"pincode": "1"}, "Mysuru")])
def city(pincode):
    return {"560001": "Bengaluru"}.get(pincode)
'''


@pytest.fixture
def run_pytest(tmp_path):
    """Run pytest in a folder of its own, as an author would."""

    def run(*words, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return run


def test_each_example_is_a_test(run_pytest):
    """One that does not hold fails by itself, with one sentence and no traceback of ours."""
    code, said = run_pytest("-v", "--omoto-plugin", "stores.py", stores=PLUGIN)
    assert code == 1
    assert "1 failed, 1 passed" in said
    assert "gave None, not 'Mysuru'." in said
    assert "Traceback" not in said


def test_examples_can_be_chosen_like_tests(run_pytest):
    """Names are `step[number]`, so -k finds them."""
    code, said = run_pytest("--omoto-plugin", "stores.py", "-k", "city and 1", stores=PLUGIN)
    assert (code, "1 passed, 1 deselected" in said) == (0, True)


def test_settings_of_pytest_may_name_the_files(run_pytest, tmp_path):
    """A pattern in pytest's own settings makes `pytest` enough."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nomoto_plugins = s*.py\n", encoding="utf-8")
    code, said = run_pytest(stores=PLUGIN.replace('"Mysuru"', "None"), test_mine="def test_mine(): pass\n")
    assert (code, "3 passed" in said) == (0, True), said


def test_a_file_that_cannot_be_loaded_is_a_test_that_fails(run_pytest):
    """The author hears what is wrong with it."""
    code, said = run_pytest("--omoto-plugin", "stores.py", stores=PLUGIN.replace("def city(pincode)", "def city(*all)"))
    assert code == 1
    assert "gathers *all" in said


def test_a_file_that_is_not_there_is_said(run_pytest):
    """A misspelt path is no silent success."""
    code, said = run_pytest("--omoto-plugin", "store.py", stores=PLUGIN)
    assert code == 1
    assert "Did you mean 'stores.py'" in said


def test_the_sandbox_is_a_fixture(run_pytest):
    """A test of a `before_send` or of a whole road sends to a stand-in that is gone afterwards."""
    code, said = run_pytest(
        test_road="""
        import urllib.error
        import urllib.request

        def test_sandbox(omoto_sandbox):
            try:
                urllib.request.urlopen(omoto_sandbox.url, data=b"").read()
            except urllib.error.HTTPError as refused:
                assert refused.code in (400, 401)
                refused.close()
        """
    )
    assert (code, "1 passed" in said) == (0, True), said


def test_pytest_starts_without_our_libraries():
    """Whoever has omoto_kit installed and tests something else does not wait for polars."""
    script = (
        "import sys, omoto_kit.testing.pytest_plugin; "
        "print([name for name in ('polars', 'requests', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
