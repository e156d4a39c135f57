"""JSON to tensors and back."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def tensor(values) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)


def boxes(values) -> Tensor:
    """[n, 4]"""
    return tensor(values).reshape(-1, 4)


def longs(values) -> Tensor:
    return torch.tensor([int(value) for value in values], dtype=torch.long)


def value_and_gradient(loss: Callable[[Tensor], Tensor], at) -> tuple[Any, list]:
    """The loss, and the gradient of its sum."""
    x = tensor(at).requires_grad_()
    value = loss(x)
    value.sum().backward()
    return value.detach().tolist(), x.grad.tolist()
