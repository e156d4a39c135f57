"""torchvision: its compiled NMS, and its focal loss as its RetinaNet head calls it."""

import torch
import torchvision
from torchvision.ops import nms, sigmoid_focal_loss

import on_torch
from on_torch import start, synchronize, tensor, to_numpy, with_gradient

__all__ = ["WORKS", "start", "synchronize", "to_numpy", "versions"]


def versions() -> dict:
    return {**on_torch.versions(), "torchvision": torchvision.__version__}


def focal(inputs):
    labels = tensor(inputs["labels"])
    classes = inputs["logits"].shape[1]

    def loss(logits):
        # RetinaNetClassificationHead.compute_loss, the batch in one.
        foreground = (labels >= 0) & (labels < classes)
        targets = torch.zeros_like(logits)
        targets[foreground, labels[foreground]] = 1.0
        valid = labels >= 0
        total = sigmoid_focal_loss(logits[valid], targets[valid], reduction="sum")
        return total / max(1, foreground.sum())

    return with_gradient(inputs["logits"], loss)


def suppression(inputs):
    boxes, scores = tensor(inputs["boxes"]), tensor(inputs["scores"])
    threshold = float(inputs["threshold"])

    def step():
        high = (scores > threshold).nonzero().reshape(-1)
        return (high[nms(boxes[high], scores[high], 0.5)],)

    return step


WORKS = {
    ("torchvision", "focal"): focal,
    ("torchvision", "nms-pool"): suppression,
    ("torchvision", "nms-random"): suppression,
}
