"""Keys by class, and those that an unknown key may be meant to be."""

from __future__ import annotations

import pytest

from mea_kg import resources
from mea_kg.keys import Keys
from mea_kg.loading import read_context
from mea_kg.ontology import read_ontology
from mea_kg.places import Place
from mea_kg.trees import Entry, Mapping, Scalar, Sequence, Tree
from mea_kg.vocabulary import Vocabulary

CONTEXT = read_context(resources.data_folder())
KEYS = Keys(CONTEXT, Vocabulary(read_ontology(resources.ontology_folder())))
HERE = Place("f", 1, 1)


def text(*words: str) -> Tree:
    scalars: list[Tree] = [Scalar(word, HERE) for word in words]
    return scalars[0] if len(scalars) == 1 else Sequence(scalars, HERE)


def node(**fields: str) -> Tree:
    return Mapping({key: Entry(Scalar(key, HERE), text(word)) for key, word in fields.items()}, HERE)


@pytest.mark.parametrize(
    ("name", "value", "kind", "expected"),
    [
        ("signedOn", text("2013-05-04"), "MemorandumOfUnderstanding", []),
        ("members", text("secretariat/cites", "organization/wco"), "MemorandumOfUnderstanding", []),
        ("members", node(member="organization/wco"), "Group", ["memberships"]),
        (
            "participant",
            text("organization/wco", "state/fenland"),
            "MemorandumOfUnderstanding",
            ["participants"],
        ),
        ("adoptedOm", text("2013-05-04"), "Decision", ["adoptedOn"]),
        ("adopted", text("body/cites-cop"), "Decision", ["adoptedAt", "adoptedBy"]),
        ("adopted", text("2013-05-04"), "Decision", ["adoptedOn"]),
        ("statuss", text("established"), "MemorandumOfUnderstanding", ["status"]),
        # Surely meant, whatever stands behind it.
        ("adoptedOm", text("in May"), "Decision", ["adoptedOn"]),
        ("lable", node(en="Name"), "Organization", ["label"]),
    ],
)
def test_suggestions_heed_the_class_and_the_value(
    name: str, value: Tree, kind: str, expected: list[str]
) -> None:
    assert KEYS.nearest(name, value, (kind,)) == expected


def test_keys_of_a_class_are_those_of_its_domains() -> None:
    assert "participants" in KEYS.of(("MemorandumOfUnderstanding",))
    assert "participants" not in KEYS.of(("Organization",))
    assert set(KEYS.of(())) == {*CONTEXT.terms, "id", "type", "key"}
    assert set(Keys(CONTEXT).of(("Organization",))) == set(KEYS.of(()))
