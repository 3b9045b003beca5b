"""`python -m exactmem` is the command line."""

from exactmem.cli import main

raise SystemExit(main())
