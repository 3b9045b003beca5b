"""exactmem/testing/plugin.py: golden certificates, --update-golden, and what differs, in a pytest run of its own."""

import pytest

import exactmem as em
from exactmem.testing import plugin
from exactmem.testing.plugin import difference

pytest_plugins = ["pytester"]

GOLDEN = """
    import exactmem as em

    def test_golden(golden_certificate):
        data = em.dataset([[0], [1]], [0, {label}])
        path = golden_certificate(em.build(data, "3.1"), "small.json")
        assert path.name == "small.json"
        golden_certificate(em.fnn([[[1]]], [[0]]), "own.json", em.dataset([[0]], [0]))
        golden_certificate(path.read_bytes(), "small.json")
"""


def test_golden_certificates_are_written_on_request_and_then_compared(pytester):
    def run(label, *options):
        pytester.makepyfile(GOLDEN.format(label=label))
        return pytester.runpytest(*options)

    missing = run(1)
    missing.assert_outcomes(failed=1)
    missing.stdout.fnmatch_lines(["*small.json: no such golden certificate; `pytest --update-golden` writes it*"])
    run(1, "--update-golden").assert_outcomes(passed=1)
    assert em.check(pytester.path / "golden" / "small.json")
    run(1).assert_outcomes(passed=1)
    changed = run(2)
    changed.assert_outcomes(failed=1)
    changed.stdout.fnmatch_lines(["*small.json: what is made now differs in dataset.labels[[]1[]][[]0[]]: '1' was*"])
    run(2, "--update-golden").assert_outcomes(passed=1)
    run(2).assert_outcomes(passed=1)


def test_bytes_alone_can_differ(pytester):
    pytester.makepyfile(GOLDEN.format(label=1))
    pytester.runpytest("--update-golden")
    path = pytester.path / "golden" / "small.json"
    path.write_bytes(path.read_bytes() + b"\n")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*differs in the bytes alone*"])


def test_failing_assertions_explain_themselves(pytester):
    pytester.makepyfile("""
        import exactmem as em

        def test_networks():
            assert em.fnn([[[1]]], [[0]]) == em.fnn([[[1]]], [["1/2"]])

        def test_datasets():
            assert em.dataset([[0]], [1]) == em.dataset([[0]], [2])

        def test_constructions():
            data = em.dataset([[0], [1]], [0, 1])
            assert em.build(data, "folklore") == em.build(data, "product")

        def test_verdict():
            assert em.verify(em.fnn([[[1]]], [[0]]), em.dataset([[0]], [1]))
    """)
    result = pytester.runpytest()
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines([
        "*first difference, in layers[[]0[]].bias[[]0[]]: '0' was expected, not '1/2'",
        "*first difference, in labels[[]0[]][[]0[]]: '1' was expected, not '2'",
        "*first difference, in layers*",
        "*REFUTED: 0 of 1 samples are right (equal); the first to fail is sample 0: expected [[]1[]],*",
    ])  # fmt: skip


def test_other_assertions_are_left_to_pytest():
    network = em.fnn([[[1]]], [[0]])
    assert "first difference" in plugin.pytest_assertrepr_compare("==", network, em.fnn([[[2]]], [[0]]))[1]
    for comparison in (("!=", network, network), ("in", network, [network]), ("==", network, 1)):
        assert plugin.pytest_assertrepr_compare(*comparison) is None


def test_a_failing_assert_shows_the_test_and_the_sentence_alone(pytester):
    pytester.makepyfile("""
        import exactmem as em
        from exactmem import testing

        def test_memorizes():
            testing.assert_memorizes(em.fnn([[[1]]], [[0]]), em.dataset([[0]], [1]))

        def test_same():
            testing.assert_same_function(em.fnn([[[1]]], [[0]]), em.fnn([[[2]]], [[0]]))

        def test_verified():
            testing.assert_verified(b"{}")
    """)
    result = pytester.runpytest()
    result.assert_outcomes(failed=3)
    assert "asserts.py" not in result.stdout.str()
    result.stdout.fnmatch_lines(["E *1 of 1 samples fail by evaluate;*", "E *the networks differ at*", "E *MALFORMED*"])


def test_the_plugin_loads_nothing_of_exactmem_before_it_is_used(pytester):
    pytester.makepyfile("""
        import sys

        def test_modules():
            loaded = {name for name in sys.modules if name.startswith("exactmem")}
            assert "exactmem.testing.plugin" in loaded
            assert loaded == {"exactmem", "exactmem.version", "exactmem.testing", "exactmem.testing.plugin"}
            assert "flint" not in sys.modules
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("expected", "made", "place"),
    [
        ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]: 2 was expected, not 3"),
        ({"digests": 1, "a": 2}, {"digests": 2, "a": 3}, "a: 2 was expected, not 3"),
        ([1], [1, 2], ": [1] was expected, not [1, 2]"),
        ([1, {"b": 1}], [1, {"b": 1}], ""),
    ],
)
def test_the_first_difference_is_placed(expected, made, place):
    assert difference(expected, made) == place
