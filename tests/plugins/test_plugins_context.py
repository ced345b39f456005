import pytest
import xlsxwriter

from omoto_kit import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Context, Plugins

TABLE = "Code;Standard name;City\nBLR-1; Indiranagar ;Bengaluru\nBLR-1;Another;Mysuru\n;Nobody;Pune\n"


@pytest.fixture
def context(tmp_path):
    """Give the context of a plugin whose tables lie in a folder."""
    return Context(Campaign(id="154"), plugin="stores", folders=(tmp_path,))


def test_a_table_is_rows_by_their_key(tmp_path, context):
    """Cells come without white space, rows without a key are left out, and the first of two with one key stands."""
    (tmp_path / "stores.csv").write_text(TABLE, encoding="utf-8-sig")
    table = context.table("stores.csv", "Code")
    assert table == {"BLR-1": {"Code": "BLR-1", "Standard name": "Indiranagar", "City": "Bengaluru"}}


def test_a_table_may_lie_in_a_workbook(tmp_path, context):
    """The first sheet of an Excel file is a table like any other, its numbers as texts."""
    with xlsxwriter.Workbook(tmp_path / "stores.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Code", "City"])
        sheet.write_row(1, 0, [560001, "Bengaluru"])
    assert context.table("stores.xlsx", "Code")["560001"]["City"] == "Bengaluru"


def test_a_table_is_read_once(tmp_path, context):
    """A second asking gives the very same table, whatever became of the file."""
    file = tmp_path / "stores.csv"
    file.write_text(TABLE, encoding="utf-8")
    table = context.table("stores.csv", "Code")
    file.unlink()
    file.mkdir()
    file.rmdir()
    (tmp_path / "stores.csv").write_text("Code\nX\n", encoding="utf-8")
    assert context.table("stores.csv", "Code") is table


def test_the_plugins_folder_comes_before_the_workspace(tmp_path):
    """A table beside the plugin wins over one of the same name in the workspace; either is found."""
    near, far = tmp_path / "near", tmp_path / "far"
    for folder, city in ((near, "Near"), (far, "Far")):
        folder.mkdir()
        (folder / "stores.csv").write_text(f"Code,City\n1,{city}\n", encoding="utf-8")
    (far / "only.csv").write_text("Code,City\n1,Only\n", encoding="utf-8")
    context = Context(Campaign(id="154"), folders=(near, far))
    assert context.table("stores.csv", "Code")["1"]["City"] == "Near"
    assert context.table("only.csv", "Code")["1"]["City"] == "Only"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "There is no table stores.csv. Looked in "),
        (b"Cod,City\n1,Pune\n", "stores.csv has no column 'Code'. Did you mean 'Cod'?"),
        (b"Code,City\n1,\xff\xfe\xfa\n", "stores.csv cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_is_an_error_of_the_plugin(tmp_path, context, text, said):
    """The message names the file, what is wrong with it, and where it was looked for or what is near."""
    if text is not None:
        (tmp_path / "stores.csv").write_bytes(text)
    with pytest.raises(PluginError) as caught:
        context.table("stores.csv", "Code")
    assert said in str(caught.value)
    assert caught.value.plugin == "stores"


def test_a_damaged_workbook_is_an_error_of_the_plugin(tmp_path, context):
    """Bytes that only claim to be a workbook do not end in a traceback."""
    (tmp_path / "stores.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(PluginError, match=r"stores\.xlsx cannot be read"):
        context.table("stores.xlsx", "Code")


def test_a_secret_must_be_declared_and_set(monkeypatch):
    """Only declared names are handed over, from the environment, and none of them shows in a repr."""
    context = Context(Campaign(id="154"), secrets=("crm_token",))
    with pytest.raises(PluginError, match="Set the environment variable OMOTO_SECRET_CRM_TOKEN"):
        context.secret("crm_token")
    monkeypatch.setenv("OMOTO_SECRET_CRM_TOKEN", "hush")
    assert context.secret("crm_token") == "hush"
    assert "hush" not in repr(context)
    monkeypatch.setenv("OMOTO_SECRET_OTHER", "not for you")
    with pytest.raises(PluginError, match="'other' is not declared") as caught:
        context.secret("other")
    assert "not for you" not in str(caught.value)


def test_the_collection_makes_the_context(tmp_path, write):
    """A step of a file gets the file's folder and the workspace for its tables, and its own settings."""
    path = write(
        """
        from pydantic import BaseModel
        from omoto_kit.plugins import enricher

        class Settings(BaseModel):
            zone: str

        @enricher("namevaluemap.zone", settings=Settings)
        def zone(city, ctx):
            return ctx.settings.zone
        """
    )
    settings = {"stores": {"zone": "south"}}
    plugins = Plugins.load(workspace=tmp_path, files=[path], entry_points=False, settings=settings)
    context = plugins.context(plugins.enrichers[0], Campaign(id="154"))
    assert context.folders == (path.parent, tmp_path)
    assert context.settings.zone == "south"
