from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from mea_kg.building import Build
from mea_kg.documents import SourceDocument, chosen, read_copies, source_documents
from mea_kg.errors import InputError
from tests.invented import DECISION, PAGE, copies_in, digest, store_of

ID = "https://w3id.org/mea-kg/id/document/"


def test_documents_of_the_graph() -> None:
    assert source_documents(store_of()) == [
        SourceDocument(ID + "decision", "The decision", digest(DECISION)),
        SourceDocument(ID + "elsewhere", "", None),
        SourceDocument(ID + "page", "The Eel Office", digest(PAGE)),
    ]


def test_copies_are_known_by_their_digest(tmp_path: Path) -> None:
    copies = read_copies(copies_in(tmp_path, anything=PAGE, other="other"), source_documents(store_of()))
    assert list(copies.by_document) == [ID + "page"]
    assert copies.by_document[ID + "page"].path.name == "anything.txt"
    assert copies.by_document[ID + "page"].text.text.startswith("# The Eel Office")
    assert [document.iri for document in copies.missing] == [ID + "decision"]
    assert [document.iri for document in copies.unread] == [ID + "elsewhere"]


def test_a_copy_with_one_letter_changed_is_none(tmp_path: Path) -> None:
    changed = DECISION.replace("Grey Eel", "Gray Eel")
    copies = read_copies(copies_in(tmp_path, decision=changed), source_documents(store_of()))
    assert not copies.by_document


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_copies(tmp_path / "none", [])
    file = tmp_path / "file.txt"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="no such folder"):
        read_copies(file, [])


def test_a_copy_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    content = b"one\ncaf\xe9\n"
    (tmp_path / "latin.txt").write_bytes(content)
    document = SourceDocument(ID + "latin", "", hashlib.sha256(content).hexdigest())
    with pytest.raises(InputError, match=r"latin\.txt:2: not UTF-8 \(byte 7 is 0xe9\)"):
        read_copies(tmp_path, [document])


def test_a_name_that_is_too_long_is_no_folder() -> None:
    with pytest.raises(InputError, match="File name too long"):
        read_copies(Path("x" * 5000), [])


def test_other_files_of_the_folder_may_be_anything(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")
    (tmp_path / "below").mkdir()
    assert read_copies(tmp_path, []).by_document == {}


@pytest.mark.parametrize("name", [ID + "page", "document/page", "page"])
def test_a_document_is_chosen_by_iri_or_id(name: str) -> None:
    assert [document.iri for document in chosen(source_documents(store_of()), name)] == [ID + "page"]


def test_an_unknown_document_is_refused() -> None:
    with pytest.raises(InputError, match="no source document 'pages'") as caught:
        chosen(source_documents(store_of()), "pages")
    assert "document/page" in str(caught.value.hint)
    assert len(chosen(source_documents(store_of()), None)) == 3


def test_the_copies_of_the_real_documents(real: Build, source_folder: Path, tmp_path: Path) -> None:
    documents = source_documents(real.store)
    copies = read_copies(source_folder, documents)
    assert len(copies.by_document) == 5
    assert not copies.missing
    for path in list(source_folder.iterdir())[1:]:
        shutil.copy(path, tmp_path / path.name.upper())
    assert len(read_copies(tmp_path, documents).missing) == 1
