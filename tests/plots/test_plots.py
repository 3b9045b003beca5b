"""exactmem/plots and `exactmem plot`: what is drawn is what is so, and files are the same on every run."""

import itertools
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from flint import fmpq
from matplotlib.figure import Figure

from exactmem.activations import HARD_TANH, RELU, SQUARE, THRESHOLD
from exactmem.activity import activity, is_affine, is_unused, sees_nothing, state
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import certificate, memorization_claim
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import OutputError, UsageError
from exactmem.lines import restrict
from exactmem.networks import FNN, ResNet, dense, layer, rank_one, residual
from exactmem.pieces import own_line
from exactmem.plots import construction, diagram, pieces, style


def wavy(count, step=1):
    """`count` samples on a line with labels strictly inside (-1, 1)."""
    return make_dataset([[step * i] for i in range(1, count + 1)], [fmpq(7 * i % 17 - 8, 9) for i in range(count)])


def theorem_3_1(count, activation=HARD_TANH, widths=None):
    return build(wavy(count), "3.1", widths, activation)


@pytest.fixture(scope="module")
def sixteen():
    return theorem_3_1(16, widths=(4, 4))


def texts(panel):
    return [text.get_text() for text in panel.texts if text.get_text()]


# ---- activity ------------------------------------------------------------------------------------------------------


def test_states_are_pieces_and_breakpoints():
    values = [fmpq(-2), fmpq(-1), fmpq(-999, 1000), fmpq(0), fmpq(1), 1 + fmpq(1, 10**50)]
    assert [state(HARD_TANH, z) for z in values] == [0, 1, 2, 2, 3, 4]
    assert [state(RELU, z) for z in values] == [0, 0, 0, 1, 2, 2]


def test_samples_are_ordered_by_what_the_first_layer_sees():
    network = FNN((layer(rank_one([1, -1], [2, 3]), [0, 0], RELU), layer(dense([[1, 1]]), [0])))
    dataset = make_dataset([[1, 1], [0, 0], [-4, 1]], [5, 0, 5])
    seen = activity(network, dataset)
    assert (seen.order, seen.projections) == ([2, 1, 0], [-5, 0, 5])
    assert seen.layers[0].states == [[0, 1, 2], [2, 1, 0]]
    assert seen.layers[0].outputs == [[0, 0, 5], [5, 0, 0]]


def test_residual_layers_see_the_stream():
    block = residual(dense([[1, 0]]), [-1], dense([[0], [2]]), [0, 1], RELU, True)
    last = residual(dense([[0, 1]]), [-3], dense([[1]]), [0], THRESHOLD, False)
    dataset = make_dataset([[0, 0], [2, 0]], [0, 1])
    seen = activity(ResNet((block, last)), dataset)
    assert seen.order == [0, 1]
    assert seen.projections is None
    assert seen.layers[0].outputs == [[0, 1]]  # relu(x1 - 1)
    assert seen.layers[1].states == [[0, 1]]  # x2 + 2 relu(x1 - 1) + 1 - 3 is -2 and 0


def test_idle_units():
    network = FNN((layer(dense([[0], [0], [1]]), [0, -5, 0], HARD_TANH), layer(dense([[1, 1, 1]]), [0])))
    (hidden,) = activity(network, wavy(4)).layers
    assert [is_unused(hidden, k) for k in range(3)] == [True, True, True]  # x >= 1 is clipped by the third unit too
    assert [sees_nothing(hidden, k) for k in range(3)] == [True, False, False]


def test_affine_values():
    places = [fmpq(0), fmpq(1), fmpq(3)]
    assert is_affine([fmpq(1), fmpq(3), fmpq(7)], places)
    assert not is_affine([fmpq(1), fmpq(3), fmpq(8)], places)
    assert not is_affine([fmpq(1)] * 3, places)


# ---- boxes, map and diagram ----------------------------------------------------------------------------------------


def test_boxes_are_figure_1_of_the_paper(sixteen):
    figure = Figure(layout="constrained")
    seen = activity(sixteen.network, sixteen.dataset)
    facts = construction.draw_boxes(figure, sixteen.network, seen, sixteen.dataset)
    assert (facts["units"], facts["samples"]) == (8, 16)
    first, second = figure.axes
    assert texts(first)[:3] == ["clipped to -1", "passed", "clipped to +1"]
    boxes = ["1", "1-4", "5-16", "2", "9-16", "5-8", "1-4", "3", "1-8", "9-12", "13-16", "4", "13-16", "1-12"]
    assert texts(first)[3:] == boxes
    centers = {text.get_position()[0] for text in second.texts if text.get_text() == "passed"}
    passed = [text.get_text() for text in second.texts if text.get_position()[0] in centers][1:]
    assert passed == ["1, 8, 9, 16", "2, 7, 10, 15", "3, 6, 11, 14", "4, 5, 12, 13"]


def test_every_sample_is_in_one_part_of_every_box(sixteen):
    seen = activity(sixteen.network, sixteen.dataset)
    for hidden in seen.layers:
        for states in hidden.states:
            assert sorted(i for s in range(5) for i, found in enumerate(states) if found == s) == list(range(16))
    assert [sum(s == 2 for s in states) for states in seen.layers[1].states] == [4] * 4


def test_numbers_are_shortened():
    assert construction.ranges([]) == ""
    assert construction.ranges([1, 2, 4, 5, 6, 9]) == "1, 2, 4-6, 9"
    assert construction.ranges([10, 12, 14, 16, 18], 8) == "10, 12,\n14, 16,\n18"


def test_a_map_has_a_row_per_unit_and_a_column_per_sample():
    built = theorem_3_1(50, RELU)
    figure = Figure()
    seen = activity(built.network, built.dataset)
    construction.draw_map(figure, built.network, seen, built.dataset)
    for panel, hidden in zip(figure.axes, seen.layers, strict=False):
        drawn = panel.images[0].get_array()
        assert drawn.shape == (hidden.width, 50)
        assert drawn.tolist() == [[3] * 50 if sees_nothing(hidden, k) else s for k, s in enumerate(hidden.states)]


@pytest.mark.parametrize("labels", [[[1, 0], [0, 1], [0, 1]], [[1, 2], [3, 4], [5, 6]]])
def test_labels_of_several_outputs(labels, tmp_path):
    dataset = make_dataset([[0], [1], [2]], labels)
    network = FNN((layer(dense([[1]] * 40), range(40), RELU), layer(dense([[1] * 40] * 2), [0, 0])))
    assert construction.plot_construction(tmp_path / "f.png", network, dataset, "title")["style"] == "map"


def test_a_diagram_tells_roles_as_figure_2():
    built = build(wavy(40), "3.4", (2, 6, 6, 2, 6, 7, 2), HARD_TANH, Choices(blocks=(2, 5)))
    seen = activity(built.network, built.dataset)
    roles = [sorted(diagram.role(hidden, k, seen) for k in range(hidden.width)) for hidden in seen.layers]
    fits, carried, idle = diagram.SQUARE, (diagram.CIRCLE, diagram.DIAMOND), diagram.UNUSED
    assert roles[0] == [carried[0], idle]
    assert roles[1] == roles[2] == [*[fits] * 4, carried[0], idle]
    assert roles[3] == list(carried)
    assert roles[4].count(fits) == 4
    assert roles[5] == [*[fits] * 6, carried[1]]
    assert roles[6] == [carried[1], idle]
    figure = Figure()
    facts = diagram.draw_diagram(figure, built.network, seen, built.dataset)
    assert facts[diagram.SQUARE.replace(" ", "_")] == 18
    below = [text for text in texts(figure.axes[0]) if "samples" in text]
    assert [text.split("\n")[-1] for text in below] == ["1-16", "1-16", "17-40", "17-40"]
    edges = sum(len(c.get_segments()) for c in figure.axes[0].collections if hasattr(c, "get_segments"))
    nonzero = sum(len(row) for part in built.network.layers for row in part.weight.nonzero())
    assert edges == nonzero


def test_which_style_is_chosen(sixteen):
    deep = FNN((*(layer(dense([[1]]), [0], RELU) for _ in range(4)), layer(dense([[1]]), [0])))
    blocks = ResNet((*(residual(dense([[1]]), [0], dense([[1]]), [0], RELU, skip) for skip in [True] * 4 + [False]),))
    assert construction.choose_style(sixteen.network, sixteen.dataset) == "boxes"
    assert construction.choose_style(sixteen.network, wavy(40)) == "map"
    assert construction.choose_style(deep, wavy(4)) == "diagram"
    assert construction.choose_style(blocks, wavy(4)) == "boxes"


def test_figures_that_would_not_be_readable_are_refused(tmp_path):
    blocks = ResNet((residual(dense([[1]]), [0], dense([[1]]), [0], RELU, False),))
    with pytest.raises(UsageError, match="fully-connected"):
        construction.plot_construction(tmp_path / "f.svg", blocks, wavy(3), "title", "diagram")
    with pytest.raises(UsageError, match="up to 100 samples"):
        construction.plot_construction(tmp_path / "f.svg", blocks, wavy(101), "title", "boxes")
    squares = FNN((layer(dense([[1]]), [0], SQUARE), layer(dense([[1]]), [0])))
    with pytest.raises(UsageError, match="piecewise-linear"):
        construction.plot_construction(tmp_path / "f.svg", squares, wavy(3), "title")
    assert list(tmp_path.iterdir()) == []


# ---- pieces --------------------------------------------------------------------------------------------------------


def drawn_lines(network, dataset, restriction):
    samples = pieces.samples_on(restriction, network, dataset)
    axis = pieces.Axis([s.t for s in samples], "true")
    figure = Figure()
    panel = figure.subplots()
    (window,) = pieces.windows(samples, restriction)
    pieces._draw_strip(panel, restriction, samples, axis, window, 0)
    return panel, window


def test_the_graph_goes_through_every_breakpoint_and_sample(sixteen):
    restriction = restrict(sixteen.network, [0], [1])
    panel, (low, high) = drawn_lines(sixteen.network, sixteen.dataset, restriction)
    (line,) = panel.lines
    places = [low, *(t for t in restriction.breakpoints if low < t < high), high]
    corners = [(style.ink(t), style.ink(restriction(t)[0])) for t in places]
    assert [tuple(p) for p in line.get_xydata().tolist()] == corners
    shown = [tuple(p) for c in panel.collections for p in c.get_offsets().tolist()]
    for x, y in zip(sixteen.dataset.inputs, sixteen.dataset.labels, strict=True):
        assert (style.ink(x[0]), style.ink(y[0])) in shown


def test_jumps_are_gaps_with_full_and_empty_dots():
    network = FNN((layer(dense([[1], [-1]]), [-2, 2], THRESHOLD), layer(dense([[1, 1]]), [0])))
    restriction = restrict(network, [0], [1])
    panel, _ = drawn_lines(network, make_dataset([[1], [3]], [1, 1]), restriction)
    assert len(panel.lines) == 3
    dots = {tuple(p) for c in panel.collections for p in c.get_offsets().tolist()}
    assert {(2, 2), (2, 1)} <= dots


def test_missed_samples_are_marked(tmp_path):
    network = FNN((layer(dense([[1]]), [0], RELU), layer(dense([[1]]), [0])))
    dataset = make_dataset([[1], [2], [-3]], [1, 2, 5])
    facts = pieces.plot_pieces(tmp_path / "f.png", network, dataset, restrict(network, [0], [1]), "title")
    assert facts == {"pieces": 2, "samples": 3, "fitted": 2, "outputs": 1, "evenly_spaced": False}


def test_samples_off_the_line_are_left_out_and_projected_ones_put_on():
    network = FNN((layer(rank_one([1, 1], [1, 2]), [0, -3], RELU), layer(dense([[1, 1]]), [0])))
    dataset = make_dataset([[0, 0], [1, 2], [1, 0]], [0, 7, 1])
    own = restrict(network, *own_line(network))
    assert [(s.index, s.t) for s in pieces.samples_on(own, network, dataset)] == [(0, 0), (2, 1), (1, 5)]
    assert all(s.output == list(s.label) for s in pieces.samples_on(own, network, dataset))
    through = restrict(network, [0, 0], [2, 4])
    assert [(s.index, s.t) for s in pieces.samples_on(through, network, dataset)] == [(0, 0), (1, fmpq(1, 2))]
    part = restrict(network, [0, 0], [fmpq(1, 2), 1], segment=True)
    assert [s.index for s in pieces.samples_on(part, network, dataset)] == [0]


def test_even_spacing_where_samples_could_not_be_told_apart():
    skewed = [fmpq(10) ** k for k in range(6)]
    axis = pieces.Axis(skewed, "auto")
    assert axis.even
    assert [axis(t) for t in skewed] == [1, 2, 3, 4, 5, 6]
    assert axis(fmpq(11, 2)) == fmpq(3, 2)
    assert axis(fmpq(-8)) == 0
    assert axis(10**5 + fmpq(90000)) == 7
    assert not pieces.Axis(skewed, "true").even
    assert not pieces.Axis([fmpq(i) for i in range(9)], "auto").even
    assert pieces.Axis([fmpq(2) ** 70 + i for i in range(9)], "auto").even


def test_many_samples_are_continued_in_strips():
    built = theorem_3_1(150)
    restriction = restrict(built.network, [0], [1])
    samples = pieces.samples_on(restriction, built.network, built.dataset)
    strips = pieces.windows(samples, restriction)
    assert len(strips) == 3
    assert all(a[1] == b[0] for a, b in itertools.pairwise(strips))
    assert [sum(low <= s.t <= high for s in samples) for low, high in strips] == [50, 50, 50]
    segment = restrict(built.network, [1], [150], segment=True)
    inside = pieces.windows(pieces.samples_on(segment, built.network, built.dataset), segment)
    assert (inside[0][0], inside[-1][1]) == (0, 1)


def test_numbers_beyond_floats_stay_on_paper():
    assert style.ink(fmpq(1, 3)) == 1 / 3
    assert style.ink(fmpq(10) ** 400) == 10**30
    assert style.ink(-(fmpq(10) ** 400) - fmpq(1, 3)) == -(10**30)
    assert style.ink(fmpq(1, 10**400)) == 0
    assert style.ink(fmpq(10**400 + 1, 10**400)) == 1


# ---- files and the command -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(sixteen, tmp_path_factory):
    path = tmp_path_factory.mktemp("certificates") / "sixteen.json"
    write_certificate(path, certificate(sixteen))
    return path


@pytest.mark.parametrize("figure", ["pieces", "construction"])
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_figures_are_the_same_on_every_run(run, saved, tmp_path, figure, ending):
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    assert run("plot", figure, saved, "-o", first)[0] == 0
    assert run("plot", figure, saved, "-o", second, "--json")[0] == 0
    assert first.read_bytes() == second.read_bytes()
    if ending == "svg":
        assert ElementTree.parse(first).getroot().tag.endswith("svg")
        assert b"<dc:date>" not in first.read_bytes()
    else:
        assert first.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_figures_are_the_same_in_another_process(saved, tmp_path):
    for seed, name in (("1", "a.svg"), ("2", "b.svg")):
        command = [sys.executable, "-m", "exactmem", "plot", "pieces", str(saved), "-o", str(tmp_path / name)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_four_hundred_samples(run, tmp_path):
    path = tmp_path / "c.json"
    write_certificate(path, certificate(theorem_3_1(400)))
    assert "style map" in run("plot", "construction", path, "-o", tmp_path / "c.png")[1]
    out = run("plot", "pieces", path, "-o", tmp_path / "p.svg")[1]
    assert "samples 400, fitted 400" in out


def test_several_outputs_and_a_line_without_samples(run, tmp_path):
    dataset = make_dataset([[0, 0], [1, 1]], [[0] * 6, [1] * 6])
    network = FNN((layer(dense([[1, 1], [1, 0]]), [0, 0], RELU), layer(dense([[1, 0]] * 6), [0] * 6)))
    path = tmp_path / "c.json"
    write_certificate(path, assemble(network, dataset, memorization_claim(network, dataset, "a test"), "test", {}))
    code, out, _ = run("plot", "pieces", path, "--from", "5,0", "--to", "5,1", "-o", tmp_path / "p.png")
    assert (code, "outputs 4" in out, "samples 0" in out) == (0, True, True)


@pytest.mark.parametrize("name", ["f.pdf", "f", "nowhere/f.svg"])
def test_bad_file_names(run, saved, tmp_path, name):
    code, _, err = run("plot", "pieces", saved, "-o", tmp_path / name)
    assert code == 2
    assert "-o" in err


def test_without_matplotlib(run, saved, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, _, err = run("plot", "pieces", saved, "-o", tmp_path / "f.svg")
    assert (code, "-m pip install matplotlib" in err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_matplotlib_is_not_loaded_by_other_commands(saved):
    code = "import sys; from exactmem.cli import main; main(['theorems']); print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_failed_drawing_leaves_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError), style.drawing(tmp_path / "f.svg", 4, 3):
        raise ZeroDivisionError
    with pytest.raises(OutputError), style.drawing(tmp_path / "no" / "f.svg", 4, 3):
        pass
    assert list(tmp_path.iterdir()) == []


def test_networks_without_hidden_layers(run, tmp_path):
    dataset = make_dataset([[0], [1]], [0, 1])
    network = FNN((layer(dense([[1]]), [0]),))
    path = tmp_path / "c.json"
    write_certificate(path, assemble(network, dataset, memorization_claim(network, dataset, "a test"), "test", {}))
    assert run("plot", "pieces", path, "-o", tmp_path / "p.png")[0] == 0
    code, _, err = run("plot", "construction", path, "-o", tmp_path / "c.png")
    assert (code, "no hidden layer" in err) == (2, True)


def test_a_style_is_not_for_the_line(run, saved, tmp_path):
    code, _, err = run("plot", "pieces", saved, "-o", tmp_path / "f.svg", "--style", "map")
    assert (code, "is about `plot construction`" in err) == (2, True)


@pytest.mark.parametrize("arguments", [["--from", "0", "--to", "1"], ["--segment"], ["--spacing", "even"]])
def test_a_line_is_not_for_the_construction(run, saved, tmp_path, arguments):
    code, _, err = run("plot", "construction", saved, "-o", tmp_path / "f.svg", *arguments)
    assert (code, "are about `plot pieces`" in err) == (2, True)
    assert not (tmp_path / "f.svg").exists()


@pytest.mark.parametrize("source", ["$\\frac{$", "a\x1b[31m\nb\ud800", "\u4e2d\u6587 $x^2$", "\\"])
def test_a_strange_title_is_printed_as_it_is_without_warnings(run, tmp_path, recwarn, source):
    dataset = wavy(3)
    network = build(dataset, "3.1", activation=HARD_TANH).network
    path = tmp_path / "c.json"
    write_certificate(path, assemble(network, dataset, memorization_claim(network, dataset, "SOURCE"), "test", {}))
    path.write_text(path.read_text().replace('"SOURCE"', json.dumps(source)))
    for figure in ("pieces", "construction"):
        for ending in ("svg", "png"):
            assert run("plot", figure, path, "-o", tmp_path / f"{figure}.{ending}")[0] == 0
    assert list(recwarn) == []
