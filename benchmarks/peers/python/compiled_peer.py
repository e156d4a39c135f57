"""torch.compile: the focal loss written plainly, for the compiler to fuse.

Two forms: the loss compiled, with autograd's backward as in a training loop (a pass forward, a pass backward, each with its exponentials);
and loss and gradient compiled as one graph, which share them. On CPU the compiler wants a C++ compiler (g++) on the machine.
"""

import torch
import torch.nn.functional as F

from on_torch import (
    labels_and_weights,
    positives_of,
    start,
    synchronize,
    tensor,
    to_numpy,
    versions,
    with_gradient,
)

__all__ = ["WORKS", "start", "synchronize", "to_numpy", "versions"]


def focal_loss(logits, labels, weights, positives):
    classes = torch.arange(logits.shape[1], device=logits.device)
    targets = (labels[:, None] == classes).to(logits.dtype)
    p = logits.sigmoid()
    miss = p + targets - 2 * p * targets
    alpha = 0.75 - 0.5 * targets
    cross_entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (alpha * miss * miss * cross_entropy * weights[:, None]).sum() / positives


COMPILE = torch.compile(dynamic=False, fullgraph=True)
compiled_loss = COMPILE(focal_loss)
compiled_gradient_and_loss = COMPILE(torch.func.grad_and_value(focal_loss))


def backward(inputs):
    labels, weights = labels_and_weights(inputs)
    positives = positives_of(inputs)
    return with_gradient(inputs["logits"], lambda logits: compiled_loss(logits, labels, weights, positives))


def grad_and_value(inputs):
    labels, weights = labels_and_weights(inputs)
    positives = positives_of(inputs)
    logits = tensor(inputs["logits"])

    def step():
        gradient, loss = compiled_gradient_and_loss(logits, labels, weights, positives)
        return loss, gradient

    return step


WORKS = {
    ("torch.compile", "focal"): backward,
    ("torch.compile, grad_and_value", "focal"): grad_and_value,
}
