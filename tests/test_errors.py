"""exactmem/errors.py: texts that messages repeat are short and printable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem import errors
from exactmem.errors import ExactmemError, printable, quoted


def test_short_printable_text_is_left_alone():
    assert printable("größe 1/3") == "größe 1/3"
    assert quoted("it's") == '"it\'s"'
    assert quoted(["a", 1]) == "['a', 1]"


@pytest.mark.parametrize("shown", [printable, quoted])
def test_long_text_loses_its_middle_and_tells_its_length(shown):
    text = "b" + "a" * 99_998 + "c"
    short = shown(text)
    assert len(short) < 100
    assert "100000 characters" in short
    assert short.count("b") == 1
    assert "c " in short.replace("'", " ")


@given(st.text() | st.text(alphabet="\x00\x1b\n\u202e\udcff\u2028a"))
def test_whatever_comes_out_is_one_printable_line(text):
    for shown in (printable(text), quoted(text), quoted([text]), quoted({text: ValueError(text)})):
        assert shown.isprintable()
        assert len(shown) < 1000


def test_every_error_has_a_documented_exit_code():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ExactmemError)]
    assert len(kinds) > 10
    assert {kind.exit_code for kind in kinds} == {1, 2, 3}
