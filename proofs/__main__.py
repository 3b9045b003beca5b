"""`python -m proofs [NAME...]`: `exactmem prove` from a clone."""

import sys

from exactmem.cli import main

if __name__ == "__main__":
    raise SystemExit(main(["prove", *sys.argv[1:]]))
