"""Encodings, delimiters, line ends and quotes of delimited text."""

import codecs
import csv
import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import read
from omoto_kit.intake.delimited import _parse_exact, _parse_fast, count_records, find_delimiter, parse
from omoto_kit.intake.encodings import shifted
from omoto_kit.intake.text import decode, likeliest

SPECTRUM = Path(__file__).parents[3] / "shared" / "data" / "torture" / "csv_spectrum"
HERE = Place("kiosk.csv")

#: Real sentences whose foreign characters stand where such characters stand.
FRENCH = "Store,Comment\nNîmes,“C’était très bien” – café, naïve façade\nOrléans,Le garçon n’a pas été là…\n"
ENGLISH = "Store,Comment\nPune,I don’t like it – it’s slow\nGoa,“Great” view • 10 € well spent\n"
ARABIC = "الفرع,تعليق\nدبي,الخدمة ممتازة جدا\nالشارقة,المكان نظيف\n"


def written(tmp_path, data, name="kiosk.csv"):
    """Write a small file."""
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("codec", "words", "text"),
    [
        ("utf-8", "UTF-8", FRENCH),
        ("utf-8-sig", "UTF-8 with a byte order mark", FRENCH),
        ("utf-16", "UTF-16 LE", FRENCH),
        ("utf-32", "UTF-32", FRENCH),
        ("utf-16-le", "UTF-16 LE", FRENCH),
        ("utf-16-be", "UTF-16 BE", FRENCH),
        ("cp1252", "Windows-1252", FRENCH),
        ("cp1252", "Windows-1252", ENGLISH),
        ("mac_roman", "MacRoman", FRENCH),
        ("mac_roman", "MacRoman", ENGLISH),
        ("cp1256", "Windows-1256 (Arabic)", ARABIC),
    ],
)
def test_the_encoding_is_found(codec, words, text):
    """Each encoding that exports come in is recognised, and the text is the same in all."""
    found = decode(text.encode(codec), HERE)
    assert (found.words, found.data.decode()) == (words, text)


#: A few lines of a language, as a survey has them.
SENTENCES = {
    "russian": "Магазин,Оценка,Комментарий\nМосква,9,Очень хорошее обслуживание\nТула,3,долго ждали, дорого\n",
    "ukrainian": "Магазин,Оцінка,Коментар\nКиїв,9,Дуже гарне обслуговування\nЛьвів,3,довго чекали і дорого\n",
    "greek": "Κατάστημα,Βαθμός,Σχόλιο\nΑθήνα,9,Πολύ καλή εξυπηρέτηση\nΠάτρα,3,αργή και ακριβή\n",
    "hebrew": "חנות,דירוג,הערה\nתל אביב,9,שירות מצוין\nחיפה,3,איטי ויקר מאוד\n",
    "turkish": "Mağaza,Puan,Yorum\nİstanbul,9,Çok iyi hizmet, teşekkürler\nİzmir,3,yavaş ve pahalıydı\n",
    "icelandic": "Verslun,Athugasemd\nReykjavík,Góð þjónusta og það var gott\nAkureyri,of dýrt\n",
    "german": "Filiale,Kommentar\nMünchen,Sehr schöne Filiale, größer als früher\nKöln,zu teuer für das Angebot\n",
    "portuguese": "Loja,Nota\nSão Paulo,Atendimento muito bom, não há reclamações\nGoiânia,preço alto e difícil\n",
    "polish": "Sklep,Komentarz\nŁódź,Bardzo dobra obsługa, dziękuję\nKraków,za drogo i długo się czeka\n",
    "czech": "Prodejna,Komentář\nPlzeň,Velmi příjemná obsluha, děkuji\nBrno,dlouhé čekání a vysoké ceny\n",
    "hungarian": "Bolt,Megjegyzés\nGyőr,Nagyon jó kiszolgálás, köszönöm\nPécs,drága és lassú volt\n",
    "lithuanian": "Parduotuvė,Komentaras\nVilnius,Labai geras aptarnavimas, ačiū\nKaunas,ilgai laukiau eilėje\n",
    "thai": "สาขา,ความคิดเห็น\nกรุงเทพ,บริการดีมาก\nเชียงใหม่,แพงและช้า\n",
    "chinese": "门店,评分,评论\n北京,9,服务很好,员工态度不错\n上海,3,太贵了,等了很久\n",
    "taiwanese": "門市,評分,評論\n台北,9,服務很好,員工態度不錯\n高雄,3,太貴了,等了很久\n",
    "japanese": "店舗,評価,コメント\n東京,9,とても良いサービスでした\n大阪,3,高くて遅いです\n",
    "korean": "매장,평점,의견\n서울,9,서비스가 아주 좋았습니다\n부산,3,비싸고 느렸어요\n",
}
CODECS = {
    "russian": ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"),
    "ukrainian": ("cp1251", "koi8_u"),
    "greek": ("cp1253", "iso8859_7", "cp737"),
    "hebrew": ("cp1255", "iso8859_8", "cp862"),
    "turkish": ("cp1254", "iso8859_9", "cp857"),
    "icelandic": ("cp1252",),
    "german": ("cp1252", "mac_roman", "cp850", "cp437", "utf_7"),
    "portuguese": ("cp1252", "mac_roman", "cp850"),
    "polish": ("cp1250", "iso8859_2", "cp852"),
    "czech": ("cp1250", "iso8859_2"),
    "hungarian": ("cp1250",),
    "lithuanian": ("cp1257",),
    "thai": ("cp874",),
    "chinese": ("gbk", "gb18030", "hz"),
    "taiwanese": ("big5",),
    "japanese": ("shift_jis", "euc_jp", "iso2022_jp"),
    "korean": ("euc_kr", "iso2022_kr"),
}


@pytest.mark.parametrize(("language", "codec"), [(one, codec) for one, codecs_ in CODECS.items() for codec in codecs_])
def test_each_language_is_read_in_each_of_its_encodings(language, codec):
    """Two lines of answers show clearly enough which encoding they are in, with no flag."""
    text = SENTENCES[language]
    assert decode(text.encode(codec), HERE).data.decode() == text


@pytest.mark.parametrize(
    ("text", "codec", "shown"),
    [
        ("Yıldız", "cp1254", ["cp1252 for 'Yýldýz'", "cp1254 for 'Yıldız'"]),
        ("شكرا", "cp1256", ["cp1256 for 'شكرا'", "koi8_r for 'тъяг'"]),
        ("张伟", "gbk", ["gb18030 for '张伟'"]),
    ],
)
def test_too_little_evidence_is_asked_about(text, codec, shown):
    """One word that reads well in several encodings is shown in each, and what a person answers is obeyed."""
    data = f"Store,Name\nx,{text}\n".encode(codec)
    with pytest.raises(IntakeError) as caught:
        decode(data, HERE)
    for words in shown:
        assert words in str(caught.value)
    assert "Say which reads right, as encoding=" in str(caught.value)
    assert text in decode(data, HERE, codec).data.decode()


def test_rubbish_in_every_encoding_is_asked_about_where_there_is_much_of_it():
    """A stray pair of bytes is read as Windows writes it; a file full of them is not sent as it is."""
    assert decode(b"Universe?\x8c\xe6,Rating\nPune,9\n", HERE).words == "Windows-1252"
    with pytest.raises(IntakeError, match="does not show clearly"):
        decode(bytes(range(128, 256)) * 3, HERE)


def test_bytes_that_an_encoding_lacks_are_counted():
    """A byte far behind the evidence that means nothing in the encoding is told, not dropped in silence."""
    data = (SENTENCES["greek"] * 2000).encode("cp1253") + b"x,9,\xd2\n"
    assert decode(data, HERE).words == "Windows-1253 (Greek) with 1 byte that cannot be read"


def test_phone_numbers_are_no_shifted_text():
    """A plus before digits begins no UTF-7, and a tilde and a brace are what they are."""
    text = "Mobile,Note\n+919663798289,a+bcd-e\n+91-9663798280,x ~{y}~ z\n"
    assert decode(text.encode(), HERE).words == "UTF-8"


def test_line_ends_speak_against_a_mac():
    """One Polish name in a file that Windows made is not read as a Mac would write it."""
    data = "Store,Name\r\nx,Wiśniewski\r\n".encode("cp1250")
    assert "Wiśniewski" in decode(data, HERE).data.decode()


def test_utf16_be_with_mark_is_found():
    """The mark of big-endian UTF-16 decides."""
    found = decode(codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), HERE)
    assert (found.words, found.data.decode()) == ("UTF-16 BE", FRENCH)


@pytest.mark.parametrize("text", ["José", "Müller & Söhne", "Ça va", "naïve", "don’t", "50 € – ok"])
def test_little_evidence_is_read_as_windows_writes_it(text):
    """A name or two in Windows-1252 is not taken for a rarer encoding."""
    assert likeliest(f"Name,Rating\n{text},9\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize("text", ["José ate crème brûlée", "She didn’t say “no”", "garçon, été, où, façade"])
def test_macroman_is_not_taken_for_windows(text):
    """Bytes that Windows would read as capitals inside words are MacRoman."""
    assert likeliest(f"Name,Rating\n{text},9\n".encode("mac_roman")) == "mac_roman"


def test_bytes_that_windows_does_not_define_are_latin1():
    """A byte without meaning in Windows-1252 leaves Latin-1."""
    assert likeliest("Caf\xe9 \x81 \x8d \x90 cr\xe8me".encode("latin-1")) == "latin-1"


def test_stray_windows_characters_in_utf8_are_mended():
    """Two pasted quotes do not turn a whole Hindi file into rubbish, and the count is told."""
    data = ("टिप्पणी,Rating\n" + "बहुत अच्छा,9\n" * 20).encode() + b"don\x92t,3\n"
    found = decode(data, HERE)
    assert found.words == "UTF-8 with 1 stray Windows-1252 characters"
    assert found.data.decode().endswith("don’t,3\n")


@pytest.mark.parametrize("text", [ARABIC, "स्टोर,टिप्पणी,Rating\nपुणे,बहुत अच्छा,9\n", ENGLISH])
@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_other_scripts_in_utf16_are_text(text, codec, tmp_path):
    """The bytes of Arabic and Hindi in UTF-16, with and without a mark, are not taken for control characters."""
    rows = read(written(tmp_path, text.encode(codec)))
    assert [rows.frame.columns, *map(list, rows.frame.rows())] == [line.split(",") for line in text.splitlines()]


def test_a_named_encoding_is_obeyed_and_checked(tmp_path):
    """What the user names is used; where it does not fit, the line is named; where it does not exist, a near one."""
    path = written(tmp_path, "Name,Rating\nJosé,9\n".encode("cp1252"))
    assert read(path, encoding="latin-1").frame.row(0) == ("José", "9")
    with pytest.raises(IntakeError, match=r"bytes near line 2 are not utf-8"):
        read(path, encoding="utf-8")
    with pytest.raises(IntakeError, match=r"'cp1522' is no known text encoding\. Did you mean 'cp125\d'"):
        read(path, encoding="cp1522")
    with pytest.raises(IntakeError, match="is no known text encoding"):
        read(path, encoding="base64")


def test_nul_bytes_are_refused_with_their_place(tmp_path):
    """A NUL byte is named by line and byte; nothing is cut short at it."""
    path = written(tmp_path, b"Store,Rating\nPune,9\nG\0a,8\n")
    with pytest.raises(IntakeError, match=r"NUL byte in line 3, at byte 21.*export it again"):
        read(path)


@pytest.mark.parametrize(("delimiter", "words"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "pipes")])
def test_the_delimiter_is_found(delimiter, words, tmp_path):
    """Each usual delimiter is found, though the cells hold the others."""
    rows = [["Store", "Rating", "Comment"], ["Pune, MG Road", "9,5", "good; cheap | fast"], ["Goa", "8", "ok\tfine"]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    found = read(written(tmp_path, buffer.getvalue()))
    assert [found.frame.columns, *map(list, found.frame.rows())] == rows
    assert words in found.source.understood


def test_a_single_column_stays_whole(tmp_path):
    """Comments with commas here and there are one column, quoted or not."""
    found = read(written(tmp_path, 'comment\ngood\n"slow, but nice"\nfine\n'))
    assert found.frame.rows() == [("good",), ("slow, but nice",), ("fine",)]
    assert "1 column" in found.source.understood


def test_excels_own_hint_is_followed(tmp_path):
    """The line `sep=;` names the delimiter and is no header."""
    found = read(written(tmp_path, "sep=;\r\nStore;Rating\r\nPune, MG;9\r\n"))
    assert found.frame.columns == ["Store", "Rating"]
    assert found.numbers.to_list() == [2]


def test_a_hint_that_parts_nothing_is_not_followed(tmp_path):
    """A file that was saved once more with another delimiter keeps the old hint."""
    found = read(written(tmp_path, "sep=,\r\nStore;Rating\r\nPune;9\r\n"))
    assert found.frame.row(0, named=True) == {"Store": "Pune", "Rating": "9"}


def test_a_named_delimiter_is_obeyed_and_checked(tmp_path):
    """An unusual delimiter can be named; more than one character cannot be."""
    path = written(tmp_path, "Store~Rating\nPune~9\n")
    assert read(path, delimiter="~").frame.row(0) == ("Pune", "9")
    assert read(written(tmp_path, "a,b\tc\n1\t2,3\n", "tabs.txt"), delimiter="tab").frame.columns == ["a,b", "c"]
    with pytest.raises(IntakeError, match="'~~' cannot be a delimiter"):
        read(path, delimiter="~~")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_end_gives_the_same_rows(end, tmp_path):
    """Unix, Windows, old Mac and doubled line ends give the same rows with the same numbers."""
    text = end.join(["Store,Comment", 'Pune,"a ""b"", c"', "", "Goa,", "Agra,last"])
    for data in (text, text + end):
        found = read(written(tmp_path, data))
        assert found.frame.rows() == [("Pune", 'a "b", c'), ("Goa", None), ("Agra", "last")]
        assert found.numbers.to_list() == [2, 4, 5]


def test_cells_are_not_altered(tmp_path):
    """Zeros, floats, spaces and words such as NA stay as they are; only empty cells become null."""
    cells = ["007", "9.66379829E9", "9663798289.0", " x ", "NA", "None", "null", "NaN", "TRUE", "1,5", "-"]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["n", "cell"], *[[number, cell] for number, cell in enumerate(cells)], [99, ""]])
    found = read(written(tmp_path, buffer.getvalue()))
    assert found.frame["cell"].to_list() == [*cells, None]


def test_quoted_newlines_add_no_row(tmp_path):
    """Rows are counted as Excel shows them: one record, one row."""
    found = read(written(tmp_path, 'Store,Comment\nPune,"one\n\ntwo"\nGoa,three\n'))
    assert found.numbers.to_list() == [2, 3]
    assert found.frame["Comment"].to_list() == ["one\n\ntwo", "three"]


def test_a_row_with_too_many_cells_is_named(tmp_path):
    """The first such row is named by its number and its extra cells by position, without their content."""
    path = written(tmp_path, "Store,Comment\nPune,ok\nGoa,good, but,ravi@x.in\n")
    with pytest.raises(
        IntakeError, match=r"row 3: The row has 4 cells, but the header has 2: cells 3, 4 have"
    ) as caught:
        read(path)
    assert "ravi" not in str(caught.value)


def test_short_rows_and_empty_extra_cells_are_fine(tmp_path):
    """A row may lack cells at its end, or have empty ones too many."""
    found = read(written(tmp_path, "Store,Rating,Comment\nPune\nGoa,8,ok,,\n"))
    assert found.frame.rows() == [("Pune", None, None), ("Goa", "8", "ok")]


def test_a_quote_that_never_closes_is_named(tmp_path):
    """The line where the quote opens is named, instead of a file that seems to end there."""
    path = written(tmp_path, 'Store,Comment\nPune,ok\nGoa,"never closed\nAgra,fine\nDelhi,fine\n')
    with pytest.raises(IntakeError, match=r"quote that opens in line 3 is never closed"):
        read(path)


def test_inch_marks_are_no_quotes(tmp_path):
    """A quote inside an unquoted cell is a character like any other."""
    found = read(written(tmp_path, 'Item,Rating\n5" pipe,9\n6" pipe,8\nsay "hi",7\n'))
    assert found.frame["Item"].to_list() == ['5" pipe', '6" pipe', 'say "hi"']


def test_a_cell_of_ten_megabytes_is_read(tmp_path):
    """Neither way of parsing has a limit, and the csv module's own is as it was."""
    before = csv.field_size_limit()
    large = "x" * 10_000_000
    for text in (f"Store,Comment\nPune,{large}\n", f'Store,Comment\nPune,"{large}\n"\nGo"a,1\n'):
        assert len(read(written(tmp_path, text)).frame["Comment"][0]) >= len(large)
    assert csv.field_size_limit() == before


def test_six_hundred_columns_are_read(tmp_path):
    """Width is no problem."""
    text = "\n".join(",".join(f"{mark}{column}" for column in range(600)) for mark in ("question ", "answer "))
    found = read(written(tmp_path, text))
    assert (found.frame.width, found.frame["question 599"][0]) == (600, "answer 599")


@pytest.mark.skipif(not SPECTRUM.exists(), reason="the collection of torture files is not beside the repository")
@pytest.mark.parametrize("name", sorted(path.stem for path in SPECTRUM.glob("csvs/*.csv")))
def test_csv_spectrum_is_read_as_its_json_says(name, tmp_path):
    """Every file of the collection gives the cells of the JSON beside it, by either way of parsing."""
    expected = json.loads((SPECTRUM / "json" / f"{name}.json").read_text(encoding="utf-8"))
    data = (SPECTRUM / "csvs" / f"{name}.csv").read_bytes()
    if name.endswith("crlf") and b"\r" not in data:
        data = data.replace(b"\n", b"\r\n")  # as it was before a checkout changed its line ends
    found = read(written(tmp_path, data)).frame
    assert [{header: cell or "" for header, cell in row.items()} for row in found.iter_rows(named=True)] == expected
    fast = _parse_fast(data, ",", found.width)
    assert fast is not None
    assert_same(fast, _parse_exact(data, ",", found.width, HERE))


def assert_same(fast, exact):
    """Compare two ways of parsing: the cells, and how many of them each record has."""
    assert fast.frame.equals(exact.frame)
    widths = [
        [fast.frame.width] * fast.frame.height if one.widths is None else list(one.widths) for one in (fast, exact)
    ]
    assert widths[0] == widths[1]


CELLS = st.text(st.sampled_from('ab,;"\n\r\t |é\u2028 '), max_size=6)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_the_fast_way_agrees_with_the_exact_one(rows, end, quoting):
    """Wherever polars is trusted with a well-formed file, it gives the very cells of the csv module."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator=end, quoting=quoting).writerows(rows)
    data = buffer.getvalue().encode()
    fast = _parse_fast(data, ",", 3)
    if fast is not None:
        assert_same(fast, _parse_exact(data, ",", 3, HERE))


@given(st.text(st.sampled_from('ab,"\n\r '), max_size=30))
@example(",\n,,")
def test_the_fast_way_agrees_on_rubbish_too(text):
    """Whatever stands in a file, the fast way either declines or gives the csv module's cells."""
    data = text.encode()
    fast = _parse_fast(data, ",", 2)
    if fast is not None:
        assert_same(fast, _parse_exact(data, ",", 2, HERE))


def test_clean_files_take_the_fast_way():
    """Quotes, doubled quotes, blank lines and short rows are clean; stray quotes and lone CRs are not."""
    assert count_records(b'a,b\n"x, ""y""",1\n\n2\n', b",") == 4
    assert _parse_fast(b'a,b\n"x, ""y""",1\n\n2\n', ",", 2).frame.height == 4
    assert _parse_fast(b'a,b\n5" x,1\n', ",", 2) is None
    assert _parse_fast(b"a,b\rx,1\n", ",", 2) is None


@settings(max_examples=300)
@given(st.text('a",\n\r', max_size=24).map(str.encode))
@example(b'a""a')
def test_quotes_open_and_close_in_turn(data):
    """What lies between a closing and an opening quote is empty, or has a cell's border at both ends."""
    pieces = data.split(b'"')
    borders = [
        f"{',' if at == 0 else ''}{piece.decode()}{',' if at == len(pieces) - 1 else ''}"
        for at, piece in enumerate(pieces)
    ][::2]
    clean = len(pieces) % 2 == 1 and (
        len(pieces) == 1
        or all(not one or (one[-1] in ",\n" and (one[0] in ",\n" or one[:2] == "\r\n")) for one in borders)
    )
    records = b"".join(pieces[::2]).count(b"\n") + (not data.endswith(b"\n"))
    lone = data.count(b"\r") > data.count(b"\r\n")
    assert count_records(data, b",") == (records if clean and not lone else None)


def test_find_delimiter_survives_a_cut_sample(monkeypatch):
    """A sample that ends inside a record says nothing about that record."""
    monkeypatch.setattr("omoto_kit.intake.delimited.SAMPLE_BYTES", 40)
    data = b'Store;Rating;Comment\nPune;9;"a,b,c,d,e,f,g,h,i,j,k,l,m,n\n"\n'
    assert find_delimiter(data) == ";"
    assert parse(data, ";", 3, HERE).frame.height == 2


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
@pytest.mark.parametrize(
    "word",
    [
        *("café", "naïve", "José", "Muñoz", "Zoë", "garçon", "Müller", "don’t", "“nice”", "£5", "résumé – ok", "élève"),
        *("São Paulo", "CAFÉ", "À bientôt", "ÉCOLE", "¿Qué tal?", "¡Hola!", "façade…", "Bjørn", "Ñandú", "ÜBER"),
    ],
)
def test_one_word_is_enough_to_tell_two_encodings(word, codec):
    """A single accent says by its place in the word which of the two western encodings a file is in."""
    data = f"Store,Comment\nPune,{word}\nGoa,ok\n".encode(codec)
    assert word in decode(data, HERE).data.decode()


@pytest.mark.parametrize("sign", [b"+", b"+AAA", b"\x1b$B", b"~{"])
def test_long_runs_of_a_shifting_sign_take_no_time(sign):
    """A run is gone through once, not once more from each of its places: eight times the run, not 64 times the time."""
    took = []
    for size in (25_000, 200_000):
        data, begin = sign * (size // len(sign)), time.process_time()
        assert shifted(b"Rating\n" + data) == ""
        took.append(time.process_time() - begin)
    assert took[1] < 24 * max(took[0], 0.01)


def test_a_run_of_delimiters_is_refused_at_once(tmp_path):
    """Hundreds of thousands of columns are rubbish, and would take minutes."""
    (tmp_path / "a.csv").write_bytes(b"," * 200_000)
    with pytest.raises(IntakeError, match="200,001 cells"):
        read(tmp_path / "a.csv")
