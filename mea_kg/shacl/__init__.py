"""SHACL shapes as set-wise SPARQL: each check is asked once for all focus nodes, of the embedded store.

What is not compiled is refused with its reason, and never answered wrongly: hand it to pySHACL.
"""

from mea_kg.shacl.compiling import Compiled, Refused, compile_shapes
from mea_kg.shacl.results import Result
from mea_kg.shacl.running import validate

__all__ = ["Compiled", "Refused", "Result", "compile_shapes", "validate"]
