from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mea_kg import resources
from mea_kg.errors import QueryError
from mea_kg.query_headers import read_header

QUERIES = sorted(resources.queries_folder().glob("*.rq"))
HERE = Path("a.rq")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_header_is_read_as_a_yaml_parser_reads_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    assert read_header(text, path) == yaml.load("\n".join(lines), Loader=yaml.BaseLoader)


def test_each_key_knows_its_line() -> None:
    header = read_header("#+ question: What?\n#+\n#+ parameters:\n#+   a:\n#+     label: x\nSELECT", HERE)
    assert header.lines == {"question": 1, "parameters": 3}
    assert header["parameters"]["a"]["label"] == "x"  # type: ignore[index, call-overload]


def test_the_header_ends_where_the_query_begins() -> None:
    assert read_header("SELECT * {}\n#+ question: too late", HERE) == {}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("#+ question: a\n#+ question: b", 2, "twice"),
        ("#+ question", 1, "expected `key: value`"),
        ("#+ question:", 1, "a value is missing"),
        ("#+ question: >-", 1, "a text is missing"),
        ("#+ question: why: because", 1, "must stand below >-"),
        ("#+ question: 'quoted'", 1, "must stand below >-"),
        ("#+ question: no # comment", 1, "must stand below >-"),
        ("#+ key: [a, 'b']", 1, "must stand below >-"),
        ("#+ question: a\n#+   more", 2, "indented too far"),
        ("#+   question: a", 1, "indented too far"),
        ("#+ notes: >-\n#+   a\n#+     b", 1, "not indented alike"),
        ("#+ parameters:\n#+     a: x\n#+   b: y", 3, "not indented as its neighbours"),
        ("#+question: a", 1, "a space is missing"),
    ],
)
def test_what_yaml_could_read_otherwise_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        read_header(text, HERE)
    assert str(caught.value).startswith(f"a.rq:{line}: ")
    assert message in str(caught.value)
