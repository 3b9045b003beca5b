"""exactmem/commands/common.py: tables and paragraphs within 80 columns."""

from hypothesis import given
from hypothesis import strategies as st

from exactmem.commands.common import WIDTH, paragraph, table

WORDS = st.text(alphabet="ab-", min_size=1, max_size=12)
CELLS = st.lists(WORDS, max_size=12).map(" ".join) | st.integers(0, 10**9)


@given(st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=5))
def test_a_table_fits_and_loses_nothing(rows):
    text = table(["first", "second", "", "fourth"], rows)
    lines = text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert all(line == line.rstrip() for line in lines)
    assert sorted(" ".join(lines[2:]).split()) == sorted(" ".join(str(c) for row in rows for c in row).split())


def test_integers_stand_to_the_right_and_words_stay_whole():
    assert table(["n", "name"], [[5, "a"], [10, "b"]]) == " n  name\n--  ----\n 5  a\n10  b"
    long = "x" * 100
    assert long in table(["name", "text"], [[long, "some words here"]])
    assert "well-known" in table(["a", "b"], [["word " * 30, "well-known " * 10]])


def test_a_table_that_cannot_be_narrow_enough_becomes_blocks():
    long = "x" * 50
    found = table(["a", "b", "c"], [[long, long, "some words " * 9], [1, "", 2]])
    words = "c: some words some words some words some words some words some words some words"
    assert found == f"a: {long}\nb: {long}\n{words}\n  some words some words\n\na: 1\nc: 2"


@given(st.lists(WORDS, min_size=1).map(" ".join))
def test_a_paragraph_fits(text):
    lines = paragraph(text, "    ").splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert " ".join(lines).split() == text.split()
