"""Jena TDB2, in one Java process of its own: loads a file of N-Quads, answers queries, dumps what it holds.

python -m tests.servers.tdb2 FOLDER: of FOLDER/graph.nq and FOLDER/*.rq makes FOLDER/*.json (or *.error) and
FOLDER/dump.nq. Java takes longer to start than to answer, and Jena's own commands take one query a start.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

_JARS = Path("/usr/share/java")
_SECONDS_A_QUERY = 30
# Debian renames the package of this parser and not that of its messages.
_RENAMED = "org/apache/jena/ext/xerces/"
# Of the logging libraries that a machine may have in this folder one is enough, and some exclude each other.
_LOGGING = ("slf4j-", "log4j", "logback", "jcl-over", "jul-to", "maven3-")


def why_not() -> str | None:
    """Why it cannot run here; None where it can."""
    if shutil.which("java") is None:
        return "Java is not installed"
    if not (_JARS / "jena-tdb2.jar").is_file():
        return "Jena (libapache-jena-java) is not installed"
    if importlib.util.find_spec("jpype") is None:
        return "JPype1 is not installed"
    return None


def run(folder: Path) -> None:
    """Do it in a process of its own, since Java and the store in this one do not get along."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers.tdb2", str(folder)],
        cwd=root,
        capture_output=True,
        check=False,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def class_path(folder: Path) -> list[str]:
    """What Java needs to find Jena; messages that Debian renamed are put right in this folder."""
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(_RENAMED) and name.endswith(".properties"):
                target = folder / "messages" / "xerces" / name.removeprefix(_RENAMED)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    jars = [path for path in sorted(_JARS.glob("*.jar")) if not path.name.startswith(_LOGGING)]
    silent = [path for name in ("slf4j-api.jar", "slf4j-nop.jar") if (path := _JARS / name).is_file()]
    return [str(path) for path in (folder / "messages", *jars, *silent)]


def _main(folder: Path) -> None:
    import jpype

    jpype.startJVM("-Xmx1g", classpath=class_path(folder), convertStrings=True)
    java: Any = jpype.JClass
    java("tdb2.tdbloader").main(["--loc", str(folder / "tdb2"), str(folder / "graph.nq")])
    dataset = java("org.apache.jena.tdb2.TDB2Factory").connectDataset(str(folder / "tdb2"))
    dataset.begin(java("org.apache.jena.query.ReadWrite").READ)
    for path in sorted(folder.glob("*.rq")):
        output = java("java.io.ByteArrayOutputStream")()
        try:
            query = java("org.apache.jena.query.QueryFactory").create(path.read_text(encoding="utf-8"))
            execution = java("org.apache.jena.query.QueryExecutionFactory").create(query, dataset)
            execution.setTimeout(_SECONDS_A_QUERY * 1000)
            java("org.apache.jena.query.ResultSetFormatter").outputAsJSON(output, execution.execSelect())
            path.with_suffix(".json").write_bytes(bytes(output.toByteArray()))
        except jpype.JException as error:
            path.with_suffix(".error").write_text(str(error), encoding="utf-8")
    dump = java("java.io.FileOutputStream")(str(folder / "dump.nq"))
    java("org.apache.jena.riot.RDFDataMgr").write(dump, dataset, java("org.apache.jena.riot.Lang").NQUADS)
    dump.close()
    dataset.end()


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
