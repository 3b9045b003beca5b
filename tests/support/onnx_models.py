"""Small ONNX models for the tests, as other programs write them."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def model(nodes, constants, d_x, d_y, *, shape=None, out_shape=None, kind=np.float32, path=None):
    """The model of these nodes from x to y, as bytes, written to the path if one is given."""
    number = {np.float16: TensorProto.FLOAT16, np.float32: TensorProto.FLOAT, np.float64: TensorProto.DOUBLE}[kind]
    x = helper.make_tensor_value_info("x", number, shape or ["batch", d_x])
    y = helper.make_tensor_value_info("y", number, out_shape or ["batch", d_y])
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "g", [x], [y], initializer=tensors)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data = made.SerializeToString()
    if path is not None:
        path.write_bytes(data)
    return data


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs.split(), [output], name=f"{kind}_{output}", **attributes)


__all__ = ["model", "node", "onnx"]
