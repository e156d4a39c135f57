"""mmdetection 3.3, its own functions and classes, eager."""

from types import SimpleNamespace

import mmdet
import torch
import torch.nn.functional as F
from mmdet.models.losses import CrossEntropyLoss, FocalLoss
from mmdet.models.losses.ghm_loss import GHMC
from mmdet.models.losses.pisa_loss import isr_p
from mmdet.models.task_modules.assigners import MaxIoUAssigner
from mmdet.models.task_modules.coders import DeltaXYWHBBoxCoder
from mmengine.structures import InstanceData

import on_torch
from on_torch import labels_and_weights, positives_of, start, synchronize, tensor, to_numpy, with_gradient

__all__ = ["WORKS", "start", "synchronize", "to_numpy", "versions"]


def versions() -> dict:
    return {**on_torch.versions(), "mmdet": mmdet.__version__}


def focal(inputs):
    labels, weights = labels_and_weights(inputs)
    positives = positives_of(inputs)
    classes = inputs["logits"].shape[1]
    loss = FocalLoss(use_sigmoid=True, gamma=2.0, alpha=0.25)
    if on_torch.DEVICE.type == "cpu":
        return with_gradient(inputs["logits"], lambda logits: loss(logits, labels, weights, avg_factor=positives))
    # On CUDA labels alone would ask for mmcv's compiled operation, which no registry has; one-hot targets take the PyTorch formula.
    return with_gradient(
        inputs["logits"],
        lambda logits: loss(
            logits, F.one_hot(labels, classes + 1)[:, :classes], weights, avg_factor=positives
        ),
    )


def ghm_c(inputs):
    labels, weights = labels_and_weights(inputs)
    loss = GHMC(bins=30, momentum=0.75).to(on_torch.DEVICE)
    return with_gradient(inputs["logits"], lambda logits: loss(logits, labels, weights))


def assignment(inputs):
    assigner = MaxIoUAssigner(pos_iou_thr=0.5, neg_iou_thr=0.4, min_pos_iou=0)
    anchors = InstanceData(priors=tensor(inputs["anchors"]))
    boxes = tensor(inputs["boxes"])
    truths = InstanceData(bboxes=boxes, labels=torch.zeros(len(boxes), dtype=torch.long, device=boxes.device))

    def step():
        found = assigner.assign(anchors, truths)
        # mmdetection counts ground truths from 1: 0 negative, -1 ignored.
        code = found.gt_inds
        return code.clamp(min=0) - 1, code.clamp(max=1), found.max_overlaps

    return step


def importance(inputs):
    labels, weights = labels_and_weights(inputs)
    logits, anchors, deltas, targets = (
        tensor(inputs[name]) for name in ("logits", "anchors", "deltas", "deltaTargets")
    )
    classes = logits.shape[1]
    positive = (labels < classes).nonzero().reshape(-1)
    # What PISARetinaHead gives it, but all as one image, where each ground truth has a number of its own: with a list of three images or more
    # its offsets collide (each starts after the image before alone), which sorts less and wrongly.
    sampled = [SimpleNamespace(pos_assigned_gt_inds=tensor(inputs["groundTruth"])[positive])]
    loss = CrossEntropyLoss(use_sigmoid=True)
    coder = DeltaXYWHBBoxCoder(target_means=(0.0, 0.0, 0.0, 0.0), target_stds=(0.1, 0.1, 0.2, 0.2))

    def step():
        # It writes into the weights that it is given.
        given = (labels, weights.clone(), targets, weights)
        return (isr_p(logits, deltas, given, anchors, sampled, loss, coder, k=2, bias=0, num_class=classes)[1],)

    return step


WORKS = {
    ("mmdet eager", "focal"): focal,
    ("mmdet eager", "ghm-c"): ghm_c,
    ("mmdet eager", "assignment"): assignment,
    ("mmdet eager", "isr-p"): importance,
    ("mmdet eager", "isr-p-random"): importance,
}
