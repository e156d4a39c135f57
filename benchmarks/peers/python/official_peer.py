"""The authors' codes of AP-Loss and OHEM, which are on no registry: their loops, restated from what they do."""

import numpy as np
import torch
import torchvision

import on_torch
from on_torch import start, synchronize, tensor, versions

__all__ = ["WORKS", "start", "synchronize", "to_numpy", "versions"]


def to_numpy(output):
    return output if isinstance(output, np.ndarray) else on_torch.to_numpy(output)


def ap_loss(logits, targets, delta=1.0):
    """cccorn/AP-loss: a loop over positives by ascending score, interpolated precision."""
    gradient = torch.zeros_like(logits)
    if targets.max() <= 0:
        return logits.new_zeros(()), gradient
    positive = targets == 1
    foreground = logits[positive]
    negative = (targets == 0) & (logits >= foreground.min() - delta)
    background = logits[negative]
    background_gradient = torch.zeros_like(background)
    precision = torch.zeros_like(foreground)
    highest = 0
    for i in torch.argsort(foreground):
        among = torch.clamp((foreground - foreground[i]) / (2 * delta) + 0.5, min=0, max=1)
        above = torch.clamp((background - foreground[i]) / (2 * delta) + 0.5, min=0, max=1)
        a = torch.sum(among) + 0.5
        b = torch.sum(above)
        above /= a + b
        current = a / (a + b)
        if highest <= current:
            highest = current
        else:
            above *= (1 - highest) / (1 - current)
        background_gradient += above
        precision[i] = highest
    count = max(len(foreground), 1)
    gradient[negative] = background_gradient
    gradient[positive] = -(1 - precision)
    return 1 - precision.sum() / count, gradient / count


def ap_loss_step(inputs):
    scores, targets = tensor(inputs["scores"]), tensor(inputs["targets"])
    return lambda: ap_loss(scores, targets)


IOU = 0.7
KEPT = 128
LEAST_PROBABILITY = np.finfo(float).eps


def losses_in_loops(probabilities, labels, predictions, targets, classes):
    """abhi2610/ohem, OHEMDataLayer: log loss, and smooth L1 of positives, box by box."""
    loss = np.array([-np.log(max(row[label], LEAST_PROBABILITY)) for row, label in zip(probabilities, labels)])

    def smooth_l1(x):
        return 0.5 * x * x if abs(x) < 1 else abs(x) - 0.5

    for i in np.where(labels < classes)[0]:
        loss[i] += sum(smooth_l1(x) for x in predictions[i] - targets[i])
    return loss


def losses_at_once(probabilities, labels, predictions, targets, classes):
    loss = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], LEAST_PROBABILITY))
    apart = np.abs(predictions - targets)
    box = np.where(apart < 1, 0.5 * apart * apart, apart - 0.5).sum(1)
    return loss + box * (labels < classes)


def nms_in_numpy(boxes, scores):
    """py_cpu_nms of Fast R-CNN: sides one pixel longer."""
    x1, y1, x2, y2 = boxes.T
    areas = (x2 - x1 + 1) * (y2 - y1 + 1)
    order = scores.argsort(kind="stable")[::-1]
    keep = []
    while order.size > 0:
        i, rest = order[0], order[1:]
        keep.append(i)
        w = np.maximum(0.0, np.minimum(x2[i], x2[rest]) - np.maximum(x1[i], x1[rest]) + 1)
        h = np.maximum(0.0, np.minimum(y2[i], y2[rest]) - np.maximum(y1[i], y1[rest]) + 1)
        shared = w * h
        order = rest[shared / (areas[i] + areas[rest] - shared) <= IOU]
    return np.array(keep)


def nms_of_torchvision(boxes, scores):
    longer = torch.from_numpy(boxes + np.array([0, 0, 1, 1], dtype=np.float32))
    return torchvision.ops.nms(longer, torch.from_numpy(scores), IOU).numpy()


def ohem(losses_of, nms):
    """get_ohem_minibatch: NMS in each image and label, then the highest losses; one image a forward pass, as configured."""

    def prepare(inputs):
        classes = inputs["logits"].shape[1] - 1
        shifted = inputs["logits"] - inputs["logits"].max(1, keepdims=True)
        probabilities = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
        images = [np.where(inputs["image"] == image)[0] for image in np.unique(inputs["image"])]

        def of_image(rows):
            labels, boxes = inputs["labels"][rows], inputs["anchors"][rows]
            loss = losses_of(
                probabilities[rows], labels, inputs["deltas"][rows], inputs["deltaTargets"][rows], classes
            )
            keep = []
            for label in np.unique(labels):
                selected = np.where(labels == label)[0]
                keep.extend(selected[nms(boxes[selected], loss[selected].astype(np.float32))])
            order = np.argsort(loss[keep])[::-1]
            return rows[np.array(keep)[order[:KEPT]]]

        def step():
            mask = np.zeros(len(inputs["labels"]), dtype=np.float32)
            for rows in images:
                mask[of_image(rows)] = 1
            return (mask,)

        return step

    return prepare


WORKS = {
    ("official AP-Loss", "ap-loss"): ap_loss_step,
    ("official OHEM", "ohem"): ohem(losses_in_loops, nms_in_numpy),
    ("official OHEM, torchvision NMS", "ohem"): ohem(losses_at_once, nms_of_torchvision),
}
