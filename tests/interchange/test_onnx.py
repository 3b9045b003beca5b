"""Reading ONNX: every operator against onnxruntime and against models that PyTorch wrote; hostile files."""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from flint import fmpq

from exactmem.activations import ABS, HARD_TANH, RELU, relu_like
from exactmem.errors import ExactmemError
from exactmem.evaluate import evaluate
from exactmem.interchange import imported, read_network
from exactmem.rationals import exactly
from tests.support.onnx_models import model, node, onnx

WRITTEN_BY_PYTORCH = Path(onnx.__file__).parent / "backend" / "test" / "data" / "pytorch-converted"
random = np.random.default_rng(5)


def weights(*shape, kind=np.float32):
    """Dyadic weights, on which float32 makes no error as long as sums stay short."""
    return (random.integers(-16, 17, shape) / 8).astype(kind)


def runtime(data, x):
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def agree(tmp_path, data, shape, kind=np.float32, **options):
    """Read the model and compare it, without tolerance, with onnxruntime on small dyadic inputs."""
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    found = read_network(path, **options)
    for _ in range(5):
        x = (random.integers(-8, 9, shape) / 4).astype(kind)
        exact = evaluate(found.network, [[exactly(v) for v in x.reshape(-1)]])[0]
        assert exact == [exactly(v) for v in runtime(data, x).reshape(-1)]
    return found


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_gemm_matmul_and_arithmetic(tmp_path, kind):
    constants = {"A": weights(4, 3, kind=kind), "b": weights(4, kind=kind), "C": weights(4, 2, kind=kind)}
    constants |= {"s": weights(2, kind=kind), "t": np.array(4, kind)}
    nodes = [
        node("Gemm", "x A b", "g", transB=1, alpha=0.5, beta=2.0),
        node("Relu", "g", "r"),
        node("MatMul", "r C", "m"),
        node("Add", "m s", "a"),
        node("Sub", "s a", "d"),
        node("Mul", "d s", "e"),
        node("Div", "e t", "f"),
        node("Neg", "f", "h"),
        node("Identity", "h", "y"),
    ]
    found = agree(tmp_path, model(nodes, constants, 3, 2, kind=kind), (1, 3), kind)
    assert (found.network.widths, found.network.layers[0].activation) == ((4,), RELU)


@pytest.mark.parametrize(
    ("nodes", "activation"),
    [
        ([node("Abs", "m", "y")], ABS),
        ([node("LeakyRelu", "m", "y", alpha=0.25)], relu_like(1, "1/4")),
        ([node("LeakyRelu", "m", "y", alpha=-0.5)], RELU),
        ([node("LeakyRelu", "m", "y", alpha=2.0)], RELU),
        ([node("Clip", "m lo hi", "y")], HARD_TANH),
        ([node("Clip", "m lo", "y")], RELU),
        ([node("Clip", "m  hi", "y")], RELU),
        ([node("HardSigmoid", "m", "y", alpha=0.25, beta=0.5)], HARD_TANH),
    ],
)
def test_activations(tmp_path, nodes, activation):
    if nodes[0].op_type == "Clip" and len(nodes[0].input) == 2 and nodes[0].input[1] == "hi":
        nodes[0].input[:] = ["m", "", "hi"]
    constants = {"A": weights(3, 4), "lo": np.float32(-0.5), "hi": np.float32(1.5)}
    found = agree(tmp_path, model([node("MatMul", "x A", "m"), *nodes], constants, 3, 4), (1, 3))
    assert found.network.layers[0].activation == activation


def test_residual_connections_and_mixed_activations(tmp_path):
    constants = {"A": weights(3, 3), "B": weights(3, 3), "C": weights(3, 2), "lo": np.float32(-1), "hi": np.float32(1)}
    nodes = [
        node("MatMul", "x A", "a"),
        node("Relu", "a", "r"),
        node("MatMul", "r B", "b"),
        node("Clip", "b lo hi", "c"),
        node("Add", "c x", "s"),
        node("Add", "s r", "t"),
        node("Abs", "t", "u"),
        node("MatMul", "u C", "v"),
        node("LeakyRelu", "s", "w", alpha=0.5),
        node("MatMul", "w C", "z"),
        node("Add", "v z", "y"),
    ]
    found = agree(tmp_path, model(nodes, constants, 3, 2), (1, 3))
    assert len(found.network.layers) == 4


def test_shapes_and_constants(tmp_path):
    constants = {"A": weights(8, 2), "n": np.array([1, -1]), "p": np.array([0, 4, 2]), "axes": np.array([0])}
    nodes = [
        node("Reshape", "x p", "r"),
        node("Transpose", "r", "t", perm=[0, 2, 1]),
        node("Unsqueeze", "t axes", "u"),
        node("Squeeze", "u axes", "v"),
        node("Flatten", "v", "f", axis=1),
        node("Dropout", "f", "q"),
        node("Cast", "q", "k", to=1),
        node("Reshape", "k n", "g"),
        node("MatMul", "g A", "y"),
    ]
    found = agree(tmp_path, model(nodes, constants, 8, 2), (1, 8))
    assert "taken for the identity" in found.notes[0]
    value = onnx.numpy_helper.from_array(weights(8, 2))
    nodes = [node("Constant", "", "A2", value=value), node("MatMul", "x A2", "y")]
    agree(tmp_path, model(nodes, {}, 8, 2), (1, 8))


@pytest.mark.parametrize("group", [1, 2])
def test_convolutions(tmp_path, group):
    constants = {"K": weights(4, 2 // group, 3, 2), "b": weights(4)}
    nodes = [
        node("Conv", "x K b", "c", pads=[1, 0, 0, 1], strides=[2, 1], dilations=[1, 2], group=group),
        node("Relu", "c", "y"),
    ]
    data = model(nodes, constants, 0, 0, shape=[1, 2, 5, 4], out_shape=[1, 4, None, None])
    found = agree(tmp_path, data, (1, 2, 5, 4))
    assert type(found.network.layers[0].weight).__name__ == "SparseMatrix"


def test_batch_normalization_is_exact_or_refused(tmp_path):
    constants = {"s": weights(3), "b": weights(3), "m": weights(3), "v": np.array([4, 1, 0.25], np.float32)}
    nodes = [node("BatchNormalization", "x s b m v", "y", epsilon=0.0)]
    agree(tmp_path, model(nodes, constants, 3, 3), (1, 3))
    constants["v"] = np.array([4, 1, 2], np.float32)
    path = tmp_path / "m.onnx"
    model(nodes, constants, 3, 3, path=path)
    with pytest.raises(ExactmemError, match=r"1/sqrt\(variance \+ epsilon\) is irrational; --round"):
        read_network(path)
    found = read_network(path, rounded=True)
    assert "1 irrational factors are cut to 64 significant bits" in found.notes[0]
    third = dict(found.network.layers[0].weight.nonzero()[2])[2] / exactly(constants["s"][2])
    assert 0 < fmpq(1, 2) - third**2 < fmpq(1, 2**62)


def test_float16_weights_are_their_binary_values(tmp_path):
    path = tmp_path / "m.onnx"
    model([node("MatMul", "x A", "y")], {"A": np.array([[0.1]], np.float16)}, 1, 1, kind=np.float16, path=path)
    assert evaluate(read_network(path).network, [[fmpq(1)]]) == [[fmpq(819, 8192)]]


def test_a_final_softmax_is_left_out_and_said_so(run, tmp_path):
    path, data = tmp_path / "m.onnx", tmp_path / "d.csv"
    nodes = [node("MatMul", "x A", "z"), node("Softmax", "z", "y", axis=-1)]
    model(nodes, {"A": np.eye(2, dtype=np.float32)}, 2, 2, path=path)
    assert "the final Softmax is left out" in read_network(path).notes[0]
    assert read_network(path, output="z").notes == ()
    data.write_text("a,b,y\n1,0,p\n0,1,q\n")
    options = ("certify", path, "--data", data, "--classify")
    assert run(*options, "--decision", "argmax")[0] == 0
    code, _, err = run(*options)
    assert (code, "keeps decisions, not values" in err) == (2, True)
    assert run(*options, "--output-name", "z")[0] == 0
    model(nodes, {"A": np.eye(2, dtype=np.float32)}, 2, 2, shape=[2, 2], out_shape=[2, 2], path=path)
    with pytest.raises(ExactmemError, match="over a part of the outputs only"):
        read_network(path)


AGREE = ["Linear", "Linear_no_bias", "Conv1d", "Conv2d_groups", "Conv2d_padding", "ReLU", "LeakyReLU_with_negval"]


@pytest.mark.parametrize("name", AGREE)
def test_models_that_pytorch_wrote(name):
    """Files of the package onnx, with inputs and outputs beside them; PyTorch's outputs are rounded to float32."""
    folder = WRITTEN_BY_PYTORCH / f"test_{name}"
    network = read_network(folder / "model.onnx").network
    x, y = (
        onnx.numpy_helper.to_array(onnx.load_tensor(folder / "test_data_set_0" / f"{part}_0.pb")).reshape(-1)
        for part in ("input", "output")
    )
    exact = evaluate(network, [[exactly(v) for v in x]])[0]
    assert len(exact) == len(y)
    assert max(abs(a - exactly(b)) for a, b in zip(exact, y, strict=True)) < fmpq(1, 10**6)


# ---- hostile and unsupported files ----------------------------------------------------------------------------------


def refused(tmp_path, data, **options):
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    with pytest.raises(ExactmemError) as caught:
        read_network(path, **options)
    assert str(caught.value).startswith(str(path))
    return str(caught.value), caught.value.exit_code


def test_an_unsupported_operator_is_named_with_its_node(tmp_path):
    message, code = refused(tmp_path, model([node("Tanh", "x", "y")], {}, 2, 2))
    assert "node 'Tanh_y' (Tanh): this operator is not supported; supported are Abs, Add" in message
    assert code == 2


def test_a_public_classifier_of_another_kind_is_refused_by_name():
    """onnxruntime ships a logistic regression on iris, in operators of its own domain."""
    with pytest.raises(ExactmemError, match=r"\(LinearClassifier\): this operator is not supported"):
        read_network(Path(onnxruntime.__file__).parent / "datasets" / "logreg_iris.onnx", output="label")


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([node("Mul", "x x", "y")], "node 'Mul_y' (Mul): a product of two tensors that depend on the input"),
        ([node("Div", "x x", "y")], "its divisor depends on the input"),
        ([node("Div", "x zero", "y")], "division by zero"),
        ([node("MatMul", "x wide", "y")], "a matrix product of shapes (1, 2) and (3, 1) does not fit"),
        ([node("Add", "x wide3", "y")], "its shapes or attributes do not fit"),
        ([node("Reshape", "x five", "y")], "its shapes or attributes do not fit"),
        ([node("Reshape", "x", "y")], "do not fit"),
        ([node("Relu", "missing", "y")], "its input 'missing' is made by no earlier node"),
        ([node("Clip", "x hi lo", "y")], "the lower bound is not below the upper one"),
        ([node("Clip", "x zero", "y")], "has 2 entries"),
        ([node("Cast", "x", "y", to=7)], "only casts to float"),
        ([node("Conv", "x wide", "y")], "do not fit"),
    ],
)
def test_graphs_that_are_refused(tmp_path, nodes, message):
    constants = {
        "zero": np.zeros(2, np.float32),
        "wide": np.ones((3, 1), np.float32),
        "wide3": np.ones(3, np.float32),
        "five": np.array([5]),
        "lo": np.float32(0),
        "hi": np.float32(1),
    }
    assert message in refused(tmp_path, model(nodes, constants, 2, 2))[0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers(tmp_path, value):
    data = model([node("MatMul", "x A", "y")], {"A": np.array([[1], [value]], np.float32)}, 2, 1)
    assert "tensor 'A'" in (message := refused(tmp_path, data)[0])
    assert "not a finite number" in message


def test_dynamic_shapes(tmp_path):
    nodes = [node("Relu", "x", "y")]
    message, _ = refused(tmp_path, model(nodes, {}, 0, 0, shape=["batch", "any"], out_shape=["batch", "any"]))
    assert "axis 1 has no fixed length (a dynamic shape)" in message
    assert "axis 0" in refused(tmp_path, model(nodes, {}, 0, 0, shape=["n"], out_shape=["n"]))[0]


def test_sizes_are_looked_at_before_anything_is_allocated(tmp_path):
    huge = onnx.TensorProto(name="A", data_type=1, dims=[10**9, 10**9], raw_data=b"1234")
    made = onnx.load_model_from_string(model([node("MatMul", "x A", "y")], {}, 2, 1))
    made.graph.initializer.append(huge)
    message, code = refused(tmp_path, made.SerializeToString())
    assert (code, "numbers exceed the limit" in message) == (3, True)
    made.graph.initializer[0].dims[:] = [2, 1000]
    assert "announces 2000 numbers and holds fewer" in refused(tmp_path, made.SerializeToString())[0]
    made.graph.initializer[0].dims[:] = [-1, 3]
    assert "negative length" in refused(tmp_path, made.SerializeToString())[0]
    wide = model([node("Relu", "x", "y")], {}, 0, 0, shape=[1, 10**9, 10**9], out_shape=[1])
    assert refused(tmp_path, wide)[1] == 3
    big = {"A": np.ones((1, 3000), np.float32), "B": np.ones((3000, 1), np.float32)}
    assert refused(tmp_path, model([node("MatMul", "B A", "c"), node("Add", "x c", "y")], big, 1, 1))[1] == 3


def test_numbers_that_square_themselves_stop_at_a_limit(tmp_path):
    """Each node squares a constant: after thirty of them it would have as many bits as a disk."""
    nodes = [node("Mul", f"c{k} c{k}", f"c{k + 1}") for k in range(30)] + [node("Mul", "x c30", "y")]
    message, code = refused(tmp_path, model(nodes, {"c0": np.array([1.5], np.float32)}, 1, 1))
    assert (code, "a number of more than 100000 bits" in message) == (3, True)


def test_all_tensors_together_are_limited(tmp_path, monkeypatch):
    nodes = [node("Gemm", "x A b", f"y{k}") for k in range(3)] + [node("Add", "y0 y1", "s"), node("Add", "s y2", "y")]
    data = model(nodes, {"A": np.ones((10, 20), np.float32), "b": np.ones(20, np.float32)}, 10, 20)
    monkeypatch.setattr(imported, "MAX_NUMBERS", 500)  # a Gemm makes 220
    assert refused(tmp_path, data) == (
        f"{tmp_path}/m.onnx: node 'Gemm_y2' (Gemm): 660 numbers exceed the limit of 500",
        3,
    )


def test_without_the_package_onnx(run, tmp_path, monkeypatch):
    path = tmp_path / "m.onnx"
    model([node("Relu", "x", "y")], {}, 1, 1, path=path)
    monkeypatch.setitem(sys.modules, "onnx", None)
    code, _, err = run("certify", path, "--data", "iris")
    assert (code, "-m pip install onnx" in err) == (2, True)


def test_external_data_are_not_read(tmp_path):
    (tmp_path / "weights.bin").write_bytes(np.ones(2, np.float32).tobytes())
    made = onnx.load_model_from_string(model([node("MatMul", "x A", "y")], {"A": np.ones((2, 1), np.float32)}, 2, 1))
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    assert "lies in an external file, which is not read" in refused(tmp_path, made.SerializeToString())[0]


def test_truncated_files_never_end_in_a_traceback(tmp_path):
    data = model([node("Gemm", "x A b", "y")], {"A": weights(2, 2), "b": weights(2)}, 2, 2)
    for length in range(0, len(data), 7):
        message, code = refused(tmp_path, data[:length])
        assert (len(message.splitlines()), code) == (1, 2)


def test_flipped_bytes_give_a_network_or_one_sentence(tmp_path):
    data = model([node("Gemm", "x A b", "g"), node("Relu", "g", "y")], {"A": weights(2, 2), "b": weights(2)}, 2, 2)
    path = tmp_path / "m.onnx"
    for position in range(0, len(data), 3):
        path.write_bytes(data[:position] + bytes([data[position] ^ 0x15]) + data[position + 1 :])
        try:
            sentences = [repr(read_network(path))]
        except ExactmemError as error:  # any other error fails the test
            sentences = str(error).splitlines()
        assert len(sentences) == 1


def test_two_inputs_and_two_outputs(tmp_path):
    made = onnx.load_model_from_string(model([node("Relu", "x", "y")], {}, 2, 2))
    made.graph.output.append(onnx.helper.make_tensor_value_info("x2", 1, [1, 2]))
    assert "several outputs; name one with --output-name: 'y', 'x2'" in refused(tmp_path, made.SerializeToString())[0]
    made.graph.input.append(onnx.helper.make_tensor_value_info("x3", 1, [1, 2]))
    assert "the graph has 2 inputs ('x', 'x3')" in refused(tmp_path, made.SerializeToString())[0]
