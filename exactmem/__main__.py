"""`python -m exactmem` is the command line."""

from exactmem.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
