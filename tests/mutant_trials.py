"""What catches a mutant: form, a rule of the shapes, the text of its source, its arithmetic, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from mea_kg import resources
from mea_kg.demands import Demands
from mea_kg.documents import read_copies, source_documents
from mea_kg.entries import read_entry
from mea_kg.evidence import check_evidence
from mea_kg.findings import INFO
from mea_kg.jsonld import document, triples
from mea_kg.kinds import check_kinds
from mea_kg.loading import load_folder, read_context
from mea_kg.namespaces import ID, SH, shortened
from mea_kg.nodes import Node, read_nodes
from mea_kg.ontology import read_ontology
from mea_kg.phrases import Evidence, evidence_of
from mea_kg.references import Catalogue, check_references, links
from mea_kg.shacl import compile_shapes, validate
from mea_kg.shacl.compiling import Compiled
from mea_kg.shapes import Shapes, authored_modules
from mea_kg.stores import AUTHORED_GRAPH, in_graph, new_store
from mea_kg.support import check_support
from mea_kg.trees import EntryFile
from mea_kg.vocabulary import Vocabulary
from tests.mutant_arithmetic import Arithmetic
from tests.mutant_reasons import Reasons
from tests.mutants import Mutant, mutants, tops

FORM, SHAPES, SOURCE, FIGURES = "form", "shapes", "source", "figures"
REMARK, SURVIVES, SAME = "remark", "survives", "the same"
"""Outcomes. A remark is an Info; `the same` is a mutant that leaves the same triples."""

CAUGHT = (FORM, SHAPES, SOURCE, FIGURES)


@dataclass(frozen=True)
class Outcome:
    """What caught a mutant, and by which rule."""

    stage: str
    rule: str = ""


class Trials:
    """A folder of entries, loaded once, in which one top-level node after the other is replaced by a mutant."""

    def __init__(self, data: Path, sources: Path | None) -> None:
        terms = read_ontology(resources.ontology_folder())
        self.context = read_context(data)
        self.loaded = load_folder(data, terms, self.context)
        self._vocabulary = Vocabulary(terms)
        self._unbacked = {
            key for key, term in self.context.terms.items() if term.iri in self._vocabulary.needs_no_evidence
        }
        self._store = new_store(in_graph(terms, AUTHORED_GRAPH))
        self._store.extend(in_graph(self.loaded.triples, AUTHORED_GRAPH))
        self._sources = sources
        self._copies = read_copies(sources, source_documents(self._store)) if sources else None
        self._evidence = evidence_of(self._store)
        self.catalogue = Catalogue()
        self.users: dict[str, set[str]] = {}
        self._old: dict[tuple[str, int], list[Node]] = {}
        self._triples: dict[str, list[Triple]] = {}
        self.entries: list[EntryFile] = []
        for file in self.loaded.files:
            for iri, place in file.lines.items():
                self.catalogue.add_line(iri, place)
            for reference in file.references:
                self.users.setdefault(shortened(reference.iri), set()).add(shortened(reference.subject))
            for triple in file.triples:
                self._triples.setdefault(triple.subject.value, []).append(triple)  # type: ignore[union-attr]
            if file.nodes:
                self.entries.append(read_entry(file.path, file.file))
                for node in file.nodes:
                    self.catalogue.add(node)
        for entry in self.entries:
            for number, root in enumerate(tops(entry)):
                [top] = read_nodes(EntryFile(entry.file, entry.source, root), self.context)
                self._old[entry.file, number] = list(top.walk())
        self._arithmetic = Arithmetic(self._store)
        self._before = self._shapes({node for node in self._triples if node.startswith(ID)})

    def mutants(self, seed: int = 0) -> Iterator[Mutant]:
        """All mutants of all files."""
        for entry in self.entries:
            yield from mutants(entry, self.context, seed)

    def outcome(self, mutant: Mutant) -> Outcome:
        """What catches a mutant first: form, then shapes, then the text of the source, then arithmetic."""
        entry = EntryFile(mutant.file, "", mutant.root)
        [top] = read_nodes(entry, self.context)
        nodes = list(top.walk())
        if not entry.findings:
            check_kinds(entry, [top], nodes, self.context, self._vocabulary)
        if not entry.findings:
            self._references(entry, nodes, mutant)
        if not entry.findings:
            for node in nodes:
                check_support(node, self._unbacked, entry)
        if entry.findings:
            return Outcome(FORM, entry.findings[0].rule)
        return self._as_triples(top, mutant)

    def _references(self, entry: EntryFile, nodes: list[Node], mutant: Mutant) -> None:
        before = {node.name for node in self._old[mutant.file, mutant.top]}
        now = {node.name for node in nodes}
        for name in now - before:
            if name in self.catalogue.places:
                entry.report(nodes[0].place, "id-twice", f"{name} is defined twice")
        for name in before - now:
            inside = any(link.text == name for _, _, link in links(nodes))
            if inside or self.users.get(name, set()) - before:
                entry.report(nodes[0].place, "undefined-reference", f"{name} is not defined")
        own = Catalogue({**dict.fromkeys(now, nodes[0].place)})
        places = self.catalogue.places
        added = [name for name in now if name not in places]
        places.update({name: own.places[name] for name in added})
        check_references(entry, nodes, self.context, self.catalogue, self._vocabulary)
        for name in added:
            del places[name]

    def _as_triples(self, top: Node, mutant: Mutant) -> Outcome:
        before = {
            triple
            for node in self._old[mutant.file, mutant.top]
            for triple in self._triples.get(node.iri, ())
        }
        return self.changed(before, set(triples(document([top], self.context))))

    def changed(self, before: set[Triple], now: set[Triple], also: Collection[str] = ()) -> Outcome:
        """What finds a mistake where some triples take the place of others; `also` are further nodes to look at."""
        gone, new = before - now, now - before
        if not gone and not new:
            return Outcome(SAME)
        for triple in gone:
            self._store.remove(_in_graph(triple))
        self._store.extend(in_graph(new, AUTHORED_GRAPH))
        try:
            return self._checked({*gone, *new}, also)
        finally:
            for triple in new:
                self._store.remove(_in_graph(triple))
            self._store.extend(in_graph(gone, AUTHORED_GRAPH))

    def _checked(self, changed: set[Triple], also: Collection[str]) -> Outcome:
        affected = self._around(changed).union(also)
        found = self._shapes(affected) - self._before
        grave = sorted(rule for rule, severity, *_ in found if severity != INFO)
        if grave:
            return Outcome(SHAPES, grave[0])
        if self._copies is not None:
            report = check_evidence(
                self._store, self._copies, only=affected, every=self._evidence_after(changed)
            )
            rules = sorted(finding.rule for finding in report.findings if finding.severity != INFO)
            if rules:
                return Outcome(SOURCE, rules[0])
        if self._arithmetic.reads(changed) and (errors := self._arithmetic.errors(self._store)):
            return Outcome(FIGURES, min(errors)[0])
        return Outcome(REMARK, min(found)[0]) if found else Outcome(SURVIVES)

    def _evidence_after(self, changed: Iterable[Triple]) -> list[Evidence]:
        """All evidence: what was read before, but that of the nodes that changed."""
        subjects = {triple.subject.value for triple in changed}  # type: ignore[union-attr]
        kept = [one for one in self._evidence if not subjects & {one.iri, one.node}]
        return sorted([*kept, *evidence_of(self._store, subjects)])

    def _around(self, changed: Iterable[Triple]) -> set[str]:
        """The nodes that a change can make wrong: those changed, what they refer to, and what refers to them."""
        subjects = {triple.subject for triple in changed}
        near = {triple.object for triple in changed}
        for subject in subjects:
            assert isinstance(subject, NamedNode)
            near |= {q.object for q in self._store.quads_for_pattern(subject, None, None, AUTHORED_GRAPH)}
            near |= {q.subject for q in self._store.quads_for_pattern(None, None, subject, AUTHORED_GRAPH)}
        return {
            node.value
            for node in subjects | near
            if isinstance(node, NamedNode) and node.value.startswith(ID)
        }

    @cached_property
    def reasons(self) -> Reasons:
        """What explains survivors."""
        return Reasons(self.context, Demands(self._shapes_read.triples, self.context, self._vocabulary))

    @cached_property
    def _shapes_read(self) -> Shapes:
        return Shapes.read(authored_modules(resources.shapes_folder()))

    @cached_property
    def _compiled(self) -> Compiled:
        return compile_shapes(self._shapes_read.triples)

    def _shapes(self, nodes: Collection[str]) -> set[tuple[str, ...]]:
        """The results about these nodes: rule, severity, node, path, value and message."""
        return {
            (
                str(one.source_shape).strip("<>").rpartition("#")[2],
                one.severity.removeprefix(SH),
                *(str(one.focus_node), one.path, str(one.value), one.message),
            )
            for one in validate(self._store, [AUTHORED_GRAPH], self._compiled, nodes)
        }


def _in_graph(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, AUTHORED_GRAPH)
