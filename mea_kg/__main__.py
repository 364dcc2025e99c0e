"""`python -m mea_kg` is the command `mea-kg`."""

from mea_kg.cli import entry_point

if __name__ == "__main__":
    entry_point()
