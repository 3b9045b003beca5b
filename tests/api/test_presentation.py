"""exactmem/presentation.py: one line at a prompt, tables in notebooks, nothing unescaped."""

import html
import re

import pytest

import exactmem as em
from exactmem.presentation import SHOWN_ROWS, Shown, Table, latex_text

DATA = em.dataset([[i, "1/3"] for i in range(20)], [[i % 3] for i in range(20)])
NET = em.build(DATA, "product")
LINE = em.dataset([[0], [1], [2]], [0, 1, 0])
SIGNS = em.dataset([[1, 2], [3, -1]], [1, -1])
SHOWN = {
    "dataset": DATA,
    "construction": NET,
    "network": NET.network,
    "resnet": em.build(em.dataset([[0], [1]], [[0, 1], [1, 0]]), "narrow-resnet").network,
    "theorem": NET.theorem,
    "verification": em.verify(NET, DATA),
    "refuted": em.verify(em.fnn([[[1, 0]]], [[5]]), DATA),
    "certificate": em.certificate(NET),
    "verdict": em.certificate(NET).check(),
    "bounds": em.bounds(10),
    "reaches": em.bounds(widths="3,4"),
    "capacity": em.capacity(LINE),
    "line": em.restrict(NET, [0, 0], [1, 1]),
    "ranges": em.range_on(NET, box="0:1,0"),
    "constants": em.sgd_constants(em.build(LINE, "folklore")),
    "ledger": em.prove("B.1-rank"),
    "claim": em.prove("B.1-rank")[0],
    "kernel": em.tangent_kernel(SIGNS),
    "training": em.train(SIGNS, eta="1/10"),
    "draws": em.draws("kernel-rank", samples=4, d_x=2, seeds=2),
    "descent": em.descend(SIGNS, units=12, seed=1),
    "recurrent": em.elman([["9/10"]], [[1]], [0], [[1]], [0]),
    "box": em.existence(em.dataset([[1, 0, 0]], [2]), em.elman([["9/10"]], [[1]], [0], [[1]], [0])),
}


@pytest.mark.parametrize("value", SHOWN.values(), ids=SHOWN)
def test_what_is_shown_is_short_and_well_formed(value):
    text = repr(value)
    assert len(text.splitlines()) == 1
    assert len(text) < 300
    page = value._repr_html_()
    assert len(page) < 20_000
    tags = re.findall(r"<(/?)(\w+)>", page)
    assert sum(not slash for slash, _ in tags) == sum(bool(slash) for slash, _ in tags) > 0
    latex = value._repr_latex_()
    assert latex.count("$") % 2 == 0
    assert latex.count(r"\begin") == latex.count(r"\end") > 0
    assert latex.count("{") == latex.count("}")


def test_long_tables_are_cut():
    assert SHOWN["dataset"]._repr_html_().count("<tr>") == SHOWN_ROWS + 2
    assert f"... {20 - SHOWN_ROWS} more" in DATA._repr_html_()


class Hostile(Shown):
    def table(self):
        return Table("<script>", [("<b>&", "$\\x_1^2%#~{}\x1b")])


def test_text_is_escaped():
    page = Hostile()._repr_html_()
    assert "<script>" not in page
    assert html.escape("<b>&") in page
    assert "\x1b" not in page
    assert latex_text("$\\x_1^2%#~{}") == r"\$\textbackslash{}x\_1\^{}2\%\#\~{}\{\}"


def test_formulas_of_small_networks_are_written_out():
    latex = em.fnn([[["1/2", -1]], [[1]]], [[0], [3]], "hard-tanh")._repr_latex_()
    assert r"\begin{pmatrix} \tfrac{1}{2} & -1 \end{pmatrix} a^{0}" in latex
    assert r"\sigma_{\text{hard-tanh}}" in latex
    wide = em.fnn([[[1] * 20], [[1]]], [[0], [3]])._repr_latex_()
    assert "W^{1} a^{0} + b^{1}" in wide


def test_parts_of_networks_show_themselves_in_short():
    plain = em.fnn([[[1, 2], [3, 4]], [[1, 1]]], [[0, 0], [0]])
    assert repr(plain.layers) == "(<layer from 2 to 2, relu>, <layer from 2 to 1, identity>)"
    assert repr(plain.layers[0].weight) == "<DenseMatrix 2 x 2>"
    assert repr(SHOWN["resnet"].layers[0]).startswith("<residual layer from 1 to ")
    assert repr(em.relu_like(1, "1/10")) == "<activation relu-like:1,1/10>"
    assert repr(em.SQUARE) == "<activation square>"


def test_a_network_from_a_file_shows_where_it_is_from(tmp_path):
    path = tmp_path / "n.json"
    path.write_text('{"weights": [[["1/2"]]], "biases": [[1]]}')
    found = em.read_network(path)
    assert repr(found) == f"<FNN 1-1, linear, from {found.format}>"
    assert found([3]) == em.fnn([[["1/2"]]], [[1]])([3])
