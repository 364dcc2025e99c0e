"""Given entries in an RDF format: their triples as nodes, each with the line that it stands in."""
