"""How the bulk loaders of triple stores take the files of a release, as commands to go through."""

from __future__ import annotations

from mea_kg.errors import RemoteError
from mea_kg.namespaces import AUTHORED, DESCRIPTION, INFERRED

_RECIPES = {
    "oxigraph": """\
# Oxigraph: one file has all graphs. A new folder each time: the loader adds.
oxigraph load --location STORE --file RELEASE/mea-kg.nq.gz
oxigraph serve-read-only --location STORE --bind 127.0.0.1:7878
""",
    "virtuoso": f"""\
# Virtuoso: RELEASE must be a folder that DirsAllowed in virtuoso.ini names. Readers see empty graphs meanwhile. In isql
# (the first line, since a file that was loaded once would be skipped, also where another is in its place):
DELETE FROM DB.DBA.LOAD_LIST WHERE ll_file LIKE 'RELEASE/%';
SPARQL CLEAR GRAPH <{AUTHORED}>;
SPARQL CLEAR GRAPH <{INFERRED}>;
SPARQL CLEAR GRAPH <{DESCRIPTION}>;
ld_dir('RELEASE', 'authored.nt.gz', '{AUTHORED}');
ld_dir('RELEASE', 'inferred.nt.gz', '{INFERRED}');
ld_dir('RELEASE', 'description.nt.gz', '{DESCRIPTION}');
rdf_loader_run();
SELECT ll_file, ll_state, ll_error FROM DB.DBA.LOAD_LIST;
checkpoint;
""",
    "jena": """\
# Jena TDB2: one file has all graphs. A new folder each time: the loader adds.
tdb2.tdbloader --loc TDB2 RELEASE/mea-kg.nq.gz
# Fuseki on it:
fuseki-server --loc TDB2 /mea-kg
""",
    "graphdb": """\
# GraphDB: with the server stopped. Choose the ruleset "empty": the closure is in the files.
# REPOSITORY.ttl describes it, as https://graphdb.ontotext.com/documentation/ shows; --force empties what is there.
importrdf load --force -c REPOSITORY.ttl -m parallel RELEASE/mea-kg.nq.gz
""",
    "neptune": """\
# Amazon Neptune: the files lie in a bucket that the cluster's role may read.
curl -X POST https://CLUSTER:8182/loader -H 'Content-Type: application/json' -d '{
  "source": "s3://BUCKET/mea-kg.nq.gz", "format": "nquads", "iamRoleArn": "ROLE", "region": "REGION",
  "failOnError": "TRUE", "parallelism": "MEDIUM" }'
# The answer has a loadId:
curl https://CLUSTER:8182/loader/LOAD_ID
""",
    "qlever": """\
# QLever: an index is built from files, then served.
gunzip --keep RELEASE/mea-kg.nq.gz
qlever-index --index-basename mea-kg --kg-input-file RELEASE/mea-kg.nq --file-format nq
qlever-server --index-basename mea-kg --port 7001
""",
    "stardog": """\
# Stardog: into a new database. Turn reasoning off: the closure is in the files.
stardog-admin db create --name mea-kg --copy-server-side RELEASE/mea-kg.nq.gz
""",
}

# The server on the store whose loader it is.
_ALIASES = {"fuseki": "jena"}

STORES = tuple(sorted([*_RECIPES, *_ALIASES]))
"""The stores that have a recipe."""


def recipe(store: str) -> str:
    """The commands for that store's bulk loader. Raises `RemoteError` for a store without a recipe."""
    name = _ALIASES.get(store, store)
    if name not in _RECIPES:
        raise RemoteError(f"no recipe for {store!r}", f"one of: {', '.join(STORES)}")
    return _RECIPES[name] + "# RELEASE is the folder that `mea-kg build --release RELEASE` wrote.\n"
