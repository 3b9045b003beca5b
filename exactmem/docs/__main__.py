"""`python -m exactmem.docs FOLDER` writes the documents as HTML."""

import sys
from pathlib import Path

from exactmem.docs.site import write_site
from exactmem.errors import ExactmemError

if len(sys.argv) != 2:
    raise SystemExit("usage: python -m exactmem.docs FOLDER")
try:
    print(f"{sys.argv[1]}: {len(write_site(Path(sys.argv[1])))} pages; begin with index.html")
except ExactmemError as error:
    raise SystemExit(f"exactmem.docs: {error}") from error
