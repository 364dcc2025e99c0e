"""A columnar engine for graphs beyond memory: closure, rules and shapes as SQL on DuckDB.

Needs the optional package: `pip install mea-kg[columnar]`. What has no exact translation is refused by name, so that
the caller asks the embedded store instead.
"""
