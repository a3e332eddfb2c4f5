"""Composed files: every stream ends where its length says, whoever looks for its end."""

from __future__ import annotations

import io
import zlib
from itertools import count

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf, Stream

from builder.impose.written import written

LISTS = pikepdf.ObjectStreamMode.generate
DOUBTFUL = b"\r\nendstream"
WORDS = next(data for n in count(1) if zlib.compress(data := b"stay near %d" % n).endswith(b"\r"))  # by chance
XML = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'


@pytest.fixture
def pdf() -> Pdf:
    made = Pdf.new()
    made.add_blank_page()
    made.Root.Plain = made.make_stream(b"0 0 m S")
    made.Root.Doubtful = Stream(made, b"")
    made.Root.Doubtful.write(zlib.compress(WORDS), filter=Name.FlateDecode)
    made.Root.Metadata = Stream(made, XML, Type=Name.Metadata, Subtype=Name.XML)
    made.Root.Picture = Stream(made, b"")
    made.Root.Picture.write(b"\xff\xd8 no picture \xff\xd9", filter=Name.DCTDecode)
    return made


def test_what_a_file_holds_stays_and_no_end_is_in_doubt(pdf):
    pdf.save(before := io.BytesIO())
    assert DOUBTFUL in before.getvalue()
    data = written(pdf)
    assert DOUBTFUL not in data
    assert b"<x:xmpmeta" in data  # whoever keeps the file reads what it claims without a reader of PDF
    with Pdf.open(io.BytesIO(data)) as again:
        assert again.Root.Plain.read_bytes() == b"0 0 m S"
        assert again.Root.Plain.Filter == Name.FlateDecode
        assert again.Root.Doubtful.read_bytes() == WORDS
        assert again.Root.Picture.read_raw_bytes() == b"\xff\xd8 no picture \xff\xd9"


def test_the_same_file_has_the_same_bytes(pdf):
    assert written(pdf) == written(pdf)


def test_no_list_of_objects_ends_in_doubt():
    once = 0
    for number in range(400):
        with Pdf.new() as made:
            made.add_blank_page()
            made.Root.Words = pikepdf.Array([Dictionary(Number=number, Word=f"{number:x}") for _ in range(12)])
            made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
            made.Root.MarkInfo = Dictionary(Marked=True)
            made.save(as_it_comes := io.BytesIO(), deterministic_id=True, object_stream_mode=LISTS)
            data = written(made)
        once += DOUBTFUL in as_it_comes.getvalue()
        assert DOUBTFUL not in data
        assert b"/ObjStm" in data
    assert once
