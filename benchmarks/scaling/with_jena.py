"""Apache Jena through its Java classes: its commands start a Java machine for each query."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.scaling.steps import Step, cell, queries_for, query_steps, report_step, timed
from tests.servers import tdb2


def steps(folder: Path) -> Iterator[Step]:
    """Load in memory what ours derived, ask the saved queries, and validate."""
    import jpype

    with tempfile.TemporaryDirectory() as messages:
        jpype.startJVM("-Xmx8g", classpath=tdb2.class_path(Path(messages)), convertStrings=True)
        java: Any = jpype.JClass
        manager = java("org.apache.jena.riot.RDFDataMgr")
        seconds, model = timed(lambda: manager.loadModel(str(folder / "closed.nt")))
        yield Step("load", seconds, int(model.size()))
        yield from query_steps(
            lambda text: _rows(java, model, text), _text, queries_for(folder, with_graphs=False)
        )
        validator = java("org.apache.jena.shacl.ShaclValidator").get()
        shapes_class = java("org.apache.jena.shacl.Shapes")
        for which, data in (("authored", "stated.nt"), ("whole", "closed.nt")):
            graph = manager.loadGraph(str(folder / data))
            shapes = shapes_class.parse(manager.loadGraph(str(folder / f"shapes-{which}.nt")))
            seconds, report = timed(lambda graph=graph, shapes=shapes: validator.validate(shapes, graph))  # type: ignore[misc]
            found = [(str(entry.source()), str(entry.focusNode())) for entry in report.getEntries()]
            yield report_step(f"validation, {which}", seconds, found)


def _rows(java: Any, model: Any, text: str) -> list[tuple[Any, ...]]:
    execution = java("org.apache.jena.query.QueryExecutionFactory").create(text, model)
    try:
        found = execution.execSelect()
        names = [str(name) for name in found.getResultVars()]
        rows = []
        while found.hasNext():
            row = found.next()
            rows.append(tuple(row.get(name) for name in names))
        return rows
    finally:
        execution.close()


def _text(node: Any) -> str:
    if node is None:
        return ""
    if node.isLiteral():
        literal = node.asLiteral()
        return cell(literal.getLexicalForm(), str(literal.getDatatypeURI()))
    return str(node.toString())
