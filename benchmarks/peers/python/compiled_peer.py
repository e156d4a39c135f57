"""torch.compile: the focal loss written plainly, for the compiler to fuse."""

import torch
import torch.nn.functional as F

from on_torch import labels_and_weights, positives_of, start, synchronize, to_numpy, versions, with_gradient

__all__ = ["WORKS", "start", "synchronize", "to_numpy", "versions"]


@torch.compile(dynamic=False)
def focal_loss(logits, labels, weights, positives):
    classes = torch.arange(logits.shape[1], device=logits.device)
    targets = (labels[:, None] == classes).to(logits.dtype)
    p = logits.sigmoid()
    miss = p + targets - 2 * p * targets
    alpha = 0.75 - 0.5 * targets
    cross_entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (alpha * miss * miss * cross_entropy * weights[:, None]).sum() / positives


def focal(inputs):
    labels, weights = labels_and_weights(inputs)
    positives = positives_of(inputs)
    return with_gradient(inputs["logits"], lambda logits: focal_loss(logits, labels, weights, positives))


WORKS = {("torch.compile", "focal"): focal}
