"""Modules with the names and attributes of PyTorch's, for where it is not installed; parameters are numpy arrays."""

import numpy as np


class Module:
    """What is read of a module: its class's name, its children, its parameters."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def forward(self, x):
        raise NotImplementedError

    def state_dict(self):
        return {}


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features=in_features, out_features=out_features)
        random = np.random.default_rng(in_features)
        self.weight = random.standard_normal((out_features, in_features)).astype(np.float32)
        self.bias = random.standard_normal(out_features).astype(np.float32) if bias else None


class ReLU(Module):
    pass


class ReLU6(Module):
    min_val, max_val = 0.0, 6.0


class LeakyReLU(Module):
    def __init__(self, negative_slope=0.01):
        super().__init__(negative_slope=negative_slope)


class Hardtanh(Module):
    def __init__(self, min_val=-1.0, max_val=1.0):
        super().__init__(min_val=min_val, max_val=max_val)


class Identity(Module):
    pass


class Flatten(Module):
    pass


class Dropout(Module):
    pass


class Softmax(Module):
    def __init__(self, dim=None):
        super().__init__(dim=dim)


class Tanh(Module):
    pass


class BatchNorm1d(Module):
    def __init__(self, features, eps=1e-5):
        super().__init__(weight=np.ones(features, np.float32), bias=np.zeros(features, np.float32), eps=eps)
        self.running_mean = np.zeros(features, np.float32)
        self.running_var = np.ones(features, np.float32)


class Sequential(Module):
    def __init__(self, *modules):
        super().__init__(modules=modules)

    def named_children(self):
        return ((str(k), module) for k, module in enumerate(self.modules))

    def state_dict(self):
        result = {}
        for k, module in enumerate(self.modules):
            for name in ("weight", "bias"):
                if getattr(module, name, None) is not None:
                    result[f"{k}.{name}"] = getattr(module, name)
        return result
