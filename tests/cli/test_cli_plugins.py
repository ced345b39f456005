"""`omoto plugins`, `omoto x` and the hooks that commands call: a stranger's plugin in a real process."""

import os
import pty
import subprocess
import sys
from textwrap import dedent

import pytest

from tests.cli.survey import line

CITY = '''
"""Cities by store."""
import csv

from omoto_kit import enricher


@enricher("namevaluemap.city", examples=[({"unitname": "Hitech City Phase 1"}, "Hyderabad")])
def city(unitname):
    return {"Hitech City Phase 1": "Hyderabad"}.get(unitname)
'''
HOOKS = '''
"""A plugin with the hooks that commands call."""
from omoto_kit import hookimpl


@hookimpl
def before_send(response):
    return "asked to be forgotten" if response.comment == "Forget me" else None


@hookimpl
def after_send(receipt):
    with open("seen.txt", "a") as seen:
        seen.write(f"{receipt.row} {receipt.state.value}\\n")


@hookimpl
def explain_reject(response, reply):
    return f"Is {response.namevaluemap['unitname']} the standard name?"


@hookimpl
def reconcile(receipt):
    return "delivered"


@hookimpl
def commands(cli):
    @cli.command()
    def stores(city: str, loud: bool = False):
        """List the stores of a city."""
        print(f"stores of {city}" + "!" * loud)
'''
PUSH = ("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db", "--json")


@pytest.fixture
def space(omoto, tmp_path):
    """Make the folder a workspace, and give a function that writes a plugin into it."""
    (tmp_path / "omoto.toml").write_text("", encoding="utf-8")

    def write(text=CITY, name="stores", *, trusted=True):
        path = tmp_path / "plugins" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        if trusted:
            assert omoto("plugins", "trust", name, "--yes").code == 0
        return path

    return write


def test_trusting_shows_what_will_run(omoto, space):
    """Docstring, imports and functions are shown; a script must say that somebody has read it."""
    space(trusted=False)
    silent = omoto("plugins", "trust", "plugins/stores.py")
    assert silent.code == 2
    assert "Say that you have read it: --yes" in silent.err
    said = omoto("plugins", "trust", "stores", "--yes").out
    for part in (
        "not trusted yet",
        "Cities by store.",
        "imports: csv, omoto_kit",
        "city(unitname)",
        "may run, as it is",
    ):
        assert part in said
    assert "trusted as it is" in omoto("plugins", "trust", "stores").out


def test_an_edit_is_shown_against_what_was_trusted(omoto, space):
    """The diff has the line that is new; nothing runs before it was agreed to."""
    path = space()
    path.write_text(path.read_text("utf-8") + "import socket\n", encoding="utf-8")
    assert [
        (e["name"], e["state"]) for e in omoto("plugins", "list", "--json").of("plugin") if e["kind"] == "folder"
    ] == [("stores", "changed")]
    said = omoto("plugins", "trust", "stores", "--yes").out
    assert "changed since you trusted it" in said
    assert "+import socket" in said
    assert "imports: csv, omoto_kit, socket" in said


@pytest.mark.parametrize(
    ("typed", "code", "state"), [("y\n", 0, "ok"), ("n\n", 1, "untrusted"), ("\n", 1, "untrusted")]
)
def test_a_person_is_asked(omoto, space, typed, code, state):
    """On a terminal the answer is typed, and no is what comes of saying nothing."""
    space(trusted=False)
    ours, theirs = pty.openpty()
    os.write(ours, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "omoto_kit", "plugins", "trust", "stores"],
        cwd=omoto.folder,
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, "[y/N]" in done.stdout) == (code, True)
    listing = omoto("plugins", "list", "--json").of("plugin")
    assert [entry["state"] for entry in listing if entry["name"] == "stores"] == [state]


def test_a_new_plugin_works_at_once(omoto, space, tmp_path):
    """Plugin, examples and test are written from a table, and all of them pass as they are."""
    table = 'Code,Standard name,City,"Say ""hi"""\nA-1,Hitech City Phase 1,Hyderabad,x\n'
    (tmp_path / "stores.csv").write_text(table, encoding="utf-8")
    said = omoto("plugins", "new", "stores", "--from", "stores.csv", "--key", "Code")
    assert (said.code, 'leaves these columns alone: Say "hi"' in said.out) == (0, True)
    assert "stores: sound, 1 example\n" in omoto("plugins", "test", "stores").out
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "plugins/tests"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "3 passed" in ran.stdout, ran.stdout
    again = omoto("plugins", "new", "stores")
    assert (again.code, "It is there already" in again.err) == (2, True)


def test_a_new_plugin_without_a_table(omoto, space, tmp_path):
    """The smallest plugin is a start, too; its test passes, and it lies where --folder says."""
    assert omoto("plugins", "new", "towns", "--folder", "mine").code == 0
    assert omoto("plugins", "test", "mine/towns.py").code == 0
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "mine/tests"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("my stores",), "Write it like a function's name, such as my_stores"),
        (("class",), "cannot be the name of a plugin"),
        (("stores", "--from", "nowhere.csv"), "There is no such table"),
        (("stores", "--from", "empty.csv"), "no row that could be an example"),
        (("stores", "--from", "empty.csv", "--key", "Cod"), "no column 'Cod'. Did you mean 'Code'"),
    ],
)
def test_a_new_plugin_that_cannot_be_written(omoto, space, tmp_path, words, said):
    """Each slip is answered, and nothing is left half done."""
    (tmp_path / "empty.csv").write_text("Code,City\n", encoding="utf-8")
    ran = omoto("plugins", "new", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert not (tmp_path / "plugins").exists()


def test_an_unsound_plugin_is_found(omoto, space):
    """Wrong examples and broken promises are listed, and the exit code tells scripts."""
    space(CITY.replace(".get(unitname)", "[unitname]").replace('"Hyderabad")]', '"Pune")]'))
    ran = omoto("plugins", "test", "stores", "--json")
    assert ran.code == 1
    (told,) = ran.of("test")
    assert "stores:city, example 1: gave 'Hyderabad', not 'Pune'." in told["faults"]
    assert any("Odd text: stores:city failed (KeyError at stores.py:" in fault for fault in told["faults"])
    missing = omoto("plugins", "test", "store")
    assert (missing.code, "Did you mean 'stores'" in missing.err) == (2, True)


def test_the_doctor_names_what_is_wrong(omoto, space, tmp_path):
    """Cause, line and what to do for each; other commands go on as without the broken one."""
    space()
    space("import nowhere_at_all\n", "broken")
    (tmp_path / "omoto.toml").write_text('[prefer]\n"namevaluemap.city" = ["store"]\n', encoding="utf-8")
    ran = omoto("plugins", "doctor")
    assert ran.code == 1
    assert "stores: ok" in ran.out
    assert "cannot be imported: ModuleNotFoundError at broken.py:1" in ran.out
    assert "No plugin 'store' writes anything. Did you mean 'stores" in ran.out
    assert omoto("check", "nothing.csv", "-c", "c.toml").code == 2


def test_the_docs_say_what_a_plugin_promises(omoto, space):
    """Reads, writes and examples stand there; without a name, every hook does."""
    space()
    one = omoto("plugins", "docs", "stores").out
    assert "- reads: unitname" in one
    assert "- writes: namevaluemap.city (rank derived)" in one
    assert "gives 'Hyderabad'" in one
    assert "- `before_send(response)`: Hold a response by giving the reason" in omoto("plugins", "docs").out


def test_hooks_watch_and_hold_what_is_sent(omoto, space, answers, tmp_path):
    """`before_send` holds a row with its reason, and `after_send` sees each outcome."""
    space(HOOKS, "guard")
    answers(line(1), line(2, comment="Forget me"), line(3))
    server = omoto.sandbox()
    ran = omoto(*PUSH, "--to", server.url())
    assert (ran.summary["delivered"], ran.summary["held"]) == (2, 1)
    assert len(server.bodies()) == 2
    assert (tmp_path / "seen.txt").read_text("utf-8") == "2 delivered\n4 delivered\n"
    (held,) = omoto("outbox", "list", "--outbox", "o.db", "--state", "held", "--json").of("response")
    assert "held by plugin guard: asked to be forgotten" in held["reason"]


def test_a_rejection_is_explained(omoto, space, answers):
    """What a plugin makes of a rejection stands beside the receipt."""
    space(HOOKS, "guard")
    answers(line(1))
    server = omoto.sandbox("--faults", "400@all")
    ran = omoto(*PUSH, "--to", server.url())
    assert ran.summary["rejected"] == 1
    (told,) = ran.of("explanation")
    assert (told["row"], told["plugin"], told["text"]) == (2, "guard", "Is Hitech City Phase 1 the standard name?")


def test_plugins_may_know_what_became_of_the_unknown(omoto, space, answers):
    """Their answers are shown with the command that would follow, and nothing is decided by them."""
    space(HOOKS, "guard")
    answers(line(1))
    server = omoto.sandbox("--faults", "drop@1")
    assert omoto(*PUSH, "--to", server.url()).summary["unknown"] == 1
    ran = omoto("outbox", "reconcile", "--outbox", "o.db")
    assert ran.code == 1
    assert "outbox decide delivered 1" in ran.out
    assert len(omoto("outbox", "list", "--outbox", "o.db", "--state", "unknown", "--json").of("response")) == 1
    (answer,) = omoto("outbox", "reconcile", "1", "--outbox", "o.db", "--json").of("reconcile")
    assert (answer["plugin"], answer["answer"]) == ("guard", "delivered")


def test_a_plugin_may_bring_commands(omoto, space):
    """They live below `omoto x`, so that no other command ever loads a plugin for its help."""
    space(HOOKS, "guard")
    assert omoto("x", "stores", "Pune", "--loud").out == "stores of Pune!\n"
    assert "List the stores of a city." in omoto("x").out
    assert "stores of" not in omoto("--help").out


def test_without_commands_the_group_says_so(omoto, space, tmp_path):
    """An empty group is an error with a hint; a group without a command is its help, and no error is said."""
    ran = omoto("x", "units")
    assert (ran.code, "report" in ran.out, ran.err) == (2, True, "")
    with (tmp_path / "omoto.toml").open("a", encoding="utf-8") as file:
        file.write("[plugins.units]\nenabled = false\n")
    ran = omoto("x", "stores")
    assert (ran.code, "No plugin brings a command" in ran.err) == (2, True)


def test_help_and_lists_load_no_plugin(omoto, space):
    """A plugin that ends the process when imported is never met by help or list."""
    space("raise SystemExit(99)\n")
    assert omoto("--help").code == 0
    listing = omoto("plugins", "list", "--json")
    assert [entry["state"] for entry in listing.of("plugin") if entry["name"] == "stores"] == ["ok"]
