"""Saved queries: one question a file, plain SPARQL with its metadata in `#+` lines, bound by RDF terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from mea_kg.errors import QueryError, UnknownQuery, quoted
from mea_kg.namespaces import MEA, PREFIXES, VOCAB, XSD
from mea_kg.query_headers import Header, read_header

SUFFIX = ".rq"
SOURCE = "source"

_KEYS = ("question", "description", "parameters", "key", "hide", "notes", "remarks")
_PARAMETER_KEYS = ("class", "scheme", "datatype", "label", "example")
_DATATYPES = ("date",)


@dataclass(frozen=True)
class Parameter:
    """What a query asks for: an entity of one of some classes, a concept of a scheme, or a value of a datatype.

    `classes`, `scheme` and `datatype` are full IRIs; none of them is any entity.
    """

    name: str
    label: str
    example: str = ""
    classes: tuple[str, ...] = ()
    scheme: str = ""
    datatype: str = ""


SOURCE_PARAMETER = Parameter(
    SOURCE, "a source document or a collection of them", classes=(MEA + "SourceDocument", MEA + "Collection")
)


@dataclass(frozen=True)
class SavedQuery:
    """A query, and what its header says of it.

    `key` names the columns that identify one row of the answer, `hide` those that a table for people leaves
    out, `remarks` the saved query whose sentences say how complete the answer is.
    """

    name: str
    path: Path
    text: str
    question: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    key: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    notes: str = ""
    remarks: str = ""

    @property
    def usage(self) -> str:
        """The query with its parameters, as one writes it: `members-of GROUP`."""
        return " ".join([self.name, *(parameter.name.upper() for parameter in self.parameters)])

    @property
    def example(self) -> str:
        """The query with the examples of its parameters."""
        quoted = (f'"{p.example}"' if " " in p.example else p.example for p in self.parameters)
        return " ".join([self.name, *quoted])

    def bound(self, values: Mapping[str, Sequence[NamedNode | Literal]]) -> str:
        """The text with these terms in the place of its examples; the key `source` limits the documents.

        Raises `QueryError` where the text has no `VALUES` line for a name.
        """
        text = self.text
        for name, terms in values.items():
            line = "VALUES ?{} {{ {} }}".format(name, " ".join(str(term) for term in terms))
            before, *after = re.split(rf"VALUES\s+\?{name}\s*\{{[^{{}}]*\}}", text)
            if not after:
                raise QueryError(f"{self.path}: no line VALUES ?{name} {{ ... }}", "each parameter needs one")
            text = line.join([before, *after])
        return text

    def without_graphs(self) -> str:
        """The text without its FROM lines, for an engine that holds one graph."""
        return re.sub(r"^FROM\s+<[^>]*>\s*\n", "", self.text, flags=re.MULTILINE)


def read_query(path: Path) -> SavedQuery:
    """The saved query of a file.

    Raises `QueryError` with file and line where its header is wrong.
    """
    text = path.read_text(encoding="utf-8")
    return parse_query(text, path)


def parse_query(text: str, path: Path) -> SavedQuery:
    """The saved query of a text; `path` names it in messages."""
    header = read_header(text, path)
    _refuse_unknown(header, _KEYS, path)
    if "question" not in header:
        raise QueryError(f"{path}:1: the header has no question", "add a line `#+ question: ...`")
    return SavedQuery(
        name=path.stem,
        path=path,
        text=text,
        question=_text(header, "question", path),
        description=_text(header, "description", path),
        parameters=_parameters(header, path),
        key=_names(header, "key", path),
        hide=_names(header, "hide", path),
        notes=_text(header, "notes", path),
        remarks=_text(header, "remarks", path),
    )


def list_queries(folder: Path) -> list[SavedQuery]:
    """All saved queries of a folder, in the order of their names."""
    return [read_query(path) for path in sorted(folder.glob("*" + SUFFIX))]


def find_query(folder: Path, name: str) -> SavedQuery:
    """The saved query of that name.

    Raises `UnknownQuery` with the nearest names.
    """
    names = sorted(path.stem for path in folder.glob("*" + SUFFIX))
    if name in names:
        return read_query(folder / (name + SUFFIX))
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=3, cutoff=0.5)
    near = near or [other for other in names if name and name in other]
    hint = f"did you mean {' or '.join(near)}?" if near else "`mea-kg query` lists them all"
    raise UnknownQuery(f"there is no saved query {quoted(name)}", hint)


def _parameters(header: Header, path: Path) -> tuple[Parameter, ...]:
    value = header.get("parameters", Header())
    if not isinstance(value, Header):
        raise QueryError(f"{path}:{header.lines['parameters']}: parameters are names with keys below them")
    return tuple(_parameter(name, part, value.lines[name], path) for name, part in value.items())


def _parameter(name: str, part: object, line: int, path: Path) -> Parameter:
    if not isinstance(part, Header):
        raise QueryError(f"{path}:{line}: the parameter {name!r} needs keys: {', '.join(_PARAMETER_KEYS)}")
    _refuse_unknown(part, _PARAMETER_KEYS, path)
    for needed in ("label", "example"):
        if needed not in part:
            raise QueryError(f"{path}:{line}: the parameter {name!r} has no {needed}")
    if name == SOURCE:
        raise QueryError(f"{path}:{line}: every query has the parameter {SOURCE!r}; it is not declared")
    classes = part.get("class", [])
    scheme, datatype = _text(part, "scheme", path), _text(part, "datatype", path)
    if datatype and datatype not in _DATATYPES:
        known = f"known are: {', '.join(_DATATYPES)}"
        raise QueryError(f"{path}:{part.lines['datatype']}: no parameter is a {datatype!r}", known)
    return Parameter(
        name,
        _text(part, "label", path),
        _text(part, "example", path),
        tuple(
            _expanded(term, part.lines["class"], path)
            for term in ([classes] if isinstance(classes, str) else classes)
            if isinstance(term, str)
        ),
        VOCAB + scheme if scheme else "",
        XSD + datatype if datatype else "",
    )


def _expanded(term: str, line: int, path: Path) -> str:
    prefix, _, local = term.partition(":")
    if prefix not in PREFIXES or not local:
        raise QueryError(f"{path}:{line}: {term!r} is not a class such as mea:Actor")
    return PREFIXES[prefix] + local


def _text(header: Header, key: str, path: Path) -> str:
    value = header.get(key, "")
    if not isinstance(value, str):
        raise QueryError(f"{path}:{header.lines[key]}: {key} is one text")
    return value


def _names(header: Header, key: str, path: Path) -> tuple[str, ...]:
    value = header.get(key, [])
    if not isinstance(value, list):
        raise QueryError(f"{path}:{header.lines[key]}: {key} is a list of columns: [a, b]")
    return tuple(value)


def _refuse_unknown(header: Header, known: Sequence[str], path: Path) -> None:
    for key, line in header.lines.items():
        if key not in known:
            raise QueryError(f"{path}:{line}: unknown key {key!r}", f"known are: {', '.join(known)}")
