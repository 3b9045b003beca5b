"""The documents: Markdown pages beside this file, and pages made from the docstrings of theorems and functions.

`python -m exactmem.docs FOLDER` writes all of them as self-contained HTML pages; examples are run on the way.
"""

__all__: list[str] = []
