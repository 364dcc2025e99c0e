"""An invented world of treaties and their bodies, of any size, shaped like the curated data."""
