"""Coordinate losses, IoU losses, overlaps, coder, NMS."""

import numpy as np
import torchvision
from mmdet.models.losses import balanced_l1_loss, l1_loss, smooth_l1_loss
from mmdet.models.losses.iou_loss import (
    bounded_iou_loss,
    ciou_loss,
    diou_loss,
    eiou_loss,
    giou_loss,
    iou_loss,
    siou_loss,
)
from mmdet.models.task_modules import DeltaXYWHBBoxCoder
from mmdet.structures.bbox import bbox_overlaps
from torchvision.ops import batched_nms, nms

import draw
from focal import loss_and_grad
from registry import reference, variants
from torch_values import boxes, longs, tensor


def coordinate_loss(stem, loss):
    @reference(stem, 'mmdet 3.3.0')
    def run(inputs, _):
        target = tensor(inputs['target'])
        return loss_and_grad(lambda x: loss(x, target, inputs), inputs['pred'])

    return run


smooth_l1 = coordinate_loss(
    'mmdet_smoothl1_b1', lambda x, t, i: smooth_l1_loss(x, t, beta=i.get('beta', 1.0), reduction='none')
)
smooth_l1_ninth = coordinate_loss(
    'mmdet_smoothl1_b1_9', lambda x, t, i: smooth_l1_loss(x, t, beta=i.get('beta', 1 / 9), reduction='none')
)
balanced_l1 = coordinate_loss(
    'mmdet_balanced_l1',
    lambda x, t, i: balanced_l1_loss(
        x, t, beta=i.get('beta', 1.0), alpha=i.get('alpha', 0.5), gamma=i.get('gamma', 1.5), reduction='none'
    ),
)
smooth_l1_other = coordinate_loss(
    'mmdet_smoothl1', lambda x, t, i: smooth_l1_loss(x, t, beta=i['beta'], reduction='none')
)
absolute = coordinate_loss('mmdet_l1', lambda x, t, _: l1_loss(x, t, reduction='none'))


def deltas(rng, n):
    target = draw.normal(rng, (n, 4))
    pred = np.asarray(target) + rng.normal(0, 1, (n, 4)) * rng.choice([0.02, 0.3, 3], (n, 4))
    return {'pred': draw.floats(pred), 'target': target}


@variants(smooth_l1, smooth_l1_ninth, absolute)
def coordinate_inputs(rng):
    yield 'n300', deltas(rng, 300), {}


@variants(smooth_l1_other)
def smooth_l1_other_inputs(rng):
    for beta in (0.5, 3.0):
        yield f'b{beta}', {**deltas(rng, 100), 'beta': beta}, {}


@variants(balanced_l1)
def balanced_l1_inputs(rng):
    yield 'n300', deltas(rng, 300), {}
    yield 'a1_g2', {**deltas(rng, 100), 'alpha': 1.0, 'gamma': 2.0, 'beta': 1.0}, {}
    yield 'b0.11', {**deltas(rng, 100), 'alpha': 0.5, 'gamma': 1.5, 'beta': 0.11}, {}


def box_loss(stem, source, loss, options=()):
    @reference(stem, source)
    def run(inputs, _):
        target = boxes(inputs['target'])
        given = {name: inputs[name] for name in ('eps', *options) if name in inputs}
        return loss_and_grad(lambda x: loss(x, target, reduction='none', **given), inputs['pred'])

    return run


MMDET = 'mmdet 3.3.0'
box_losses = [
    box_loss('mmdet_iou_log_loss', MMDET, lambda x, t, **o: iou_loss(x, t, mode='log', **o)),
    box_loss('mmdet_iou_linear_loss', MMDET, lambda x, t, **o: iou_loss(x, t, mode='linear', **o)),
    box_loss('mmdet_iou_square_loss', MMDET, lambda x, t, **o: iou_loss(x, t, mode='square', **o)),
    box_loss('mmdet_giou_loss', MMDET, giou_loss),
    box_loss('mmdet_diou_loss', MMDET, diou_loss),
    box_loss('mmdet_ciou_loss', MMDET, ciou_loss),
    box_loss('mmdet_siou_loss', MMDET, siou_loss, ['neg_gamma']),
    box_loss('mmdet_eiou_loss', MMDET, eiou_loss, ['smooth_point']),
    box_loss('mmdet_bounded_iou_loss', MMDET, bounded_iou_loss, ['beta']),
    box_loss('tv_giou_loss', 'torchvision', torchvision.ops.generalized_box_iou_loss),
    box_loss('tv_diou_loss', 'torchvision', torchvision.ops.distance_box_iou_loss),
    box_loss('tv_ciou_loss', 'torchvision', torchvision.ops.complete_box_iou_loss),
]


@variants(*box_losses)
def box_loss_inputs(rng):
    for suffix, n, jitter in [('n300', 300, 0.15), ('far', 100, 0.8), ('near', 100, 0.02)]:
        target = draw.boxes(rng, n)
        pred = draw.near(rng, target, jitter)
        if suffix == 'n300':
            pred[:3] = target[:3]
            pred[3:6] = draw.boxes(rng, 3, 2000)
        yield suffix, {'pred': pred, 'target': target}, {}


@reference('bbox_overlaps', 'mmdet 3.3.0 bbox_overlaps')
def overlaps(inputs, wanted):
    a, b = boxes(inputs['a']), boxes(inputs['b'])
    return {name: bbox_overlaps(a, b, name.split('_')[0], is_aligned='aligned' in name).tolist() for name in wanted}


@variants(overlaps)
def overlaps_inputs(rng):
    b = draw.boxes(rng, 80)
    yield 'n80', {'a': draw.near(rng, b, 0.3), 'b': b}, dict.fromkeys(['iou', 'iof', 'giou', 'iou_aligned'])
    yield 'n200x7', {'a': draw.boxes(rng, 200), 'b': draw.boxes(rng, 7)}, dict.fromkeys(['iou', 'iof', 'giou'])
    yield 'none', {'a': draw.boxes(rng, 3), 'b': []}, dict.fromkeys(['iou', 'giou'])
    yield 'of_none', {'a': [], 'b': draw.boxes(rng, 3)}, dict.fromkeys(['iou', 'giou'])
    degenerate = draw.boxes(rng, 12)
    for row in degenerate[:4]:
        row[2:] = row[:2]
    yield 'degenerate', {'a': degenerate, 'b': degenerate}, dict.fromkeys(['iou', 'iof', 'giou', 'iou_aligned'])


@reference('tv_box_ious', 'torchvision')
def torchvision_overlaps(inputs, wanted):
    a, b = boxes(inputs['a']), boxes(inputs['b'])
    kinds = {
        'iou': torchvision.ops.box_iou,
        'giou': torchvision.ops.generalized_box_iou,
        'diou': torchvision.ops.distance_box_iou,
        'ciou': torchvision.ops.complete_box_iou,
    }
    return {name: kinds[name](a, b).tolist() for name in wanted}


@variants(torchvision_overlaps)
def torchvision_overlaps_inputs(rng):
    kinds = dict.fromkeys(['iou', 'giou', 'diou', 'ciou'])
    b = draw.boxes(rng, 60)
    yield 'n60', {'a': draw.near(rng, b, 0.3), 'b': b}, kinds
    yield 'n150x5', {'a': draw.boxes(rng, 150), 'b': draw.boxes(rng, 5)}, kinds


@reference('mmdet_delta_coder', 'mmdet 3.3.0 DeltaXYWHBBoxCoder stds .1,.1,.2,.2')
def delta_coder(inputs, _):
    coder = DeltaXYWHBBoxCoder(
        target_means=inputs.get('target_means', [0.0] * 4), target_stds=inputs.get('target_stds', [0.1, 0.1, 0.2, 0.2])
    )
    anchors, deltas = boxes(inputs['boxes']), boxes(inputs['deltas'])
    return {
        'encoded': coder.encode(anchors, boxes(inputs['gt'])).tolist(),
        'decoded': coder.decode(anchors, deltas).tolist(),
        'decoded_clip': coder.decode(anchors, deltas * 40, max_shape=tuple(inputs.get('max_shape', (40, 50)))).tolist(),
    }


@variants(delta_coder)
def delta_coder_inputs(rng):
    for suffix, n in [('n200', 200), ('n7', 7)]:
        anchors = draw.boxes(rng, n, 60, 4, 40)
        given = {'boxes': anchors, 'gt': draw.near(rng, anchors, 0.3), 'deltas': draw.normal(rng, (n, 4))}
        yield suffix, given, {}
        if suffix == 'n200':
            yield (
                'means',
                {
                    **given,
                    'target_means': [0.1, -0.2, 0.05, 0.0],
                    'target_stds': [1.0, 0.5, 0.3, 0.3],
                    'max_shape': [60, 45],
                },
                {},
            )


@reference('tv_nms', 'torchvision nms / batched_nms')
def torchvision_nms(inputs, wanted):
    candidates, scores, classes = boxes(inputs['boxes']), tensor(inputs['scores']), longs(inputs['idxs'])

    def kept(name):
        kind, digits = name.split('_')
        threshold = float(f'{digits[0]}.{digits[1:]}')
        found = (
            batched_nms(candidates, scores, classes, threshold)
            if kind == 'batched'
            else nms(candidates, scores, threshold)
        )
        return found.tolist()

    return {name: kept(name) for name in wanted}


@variants(torchvision_nms)
def torchvision_nms_inputs(rng):
    for n, count, classes in [(600, 20, 4), (1500, 60, 10), (50, 2, 1)]:
        yield (
            f'n{n}',
            {
                'boxes': draw.clusters(rng, n, count),
                'scores': draw.floats(rng.permutation(n) / n + 0.5 / n),
                'idxs': rng.integers(0, classes, n).tolist(),
            },
            dict.fromkeys(['nms_05', 'nms_03', 'nms_07', 'batched_05', 'batched_03']),
        )
    # Its sort is stable, at least on so few boxes.
    ties = draw.floats(rng.integers(1, 10, 300) / 10)
    yield (
        'ties',
        {'boxes': draw.clusters(rng, 300, 20), 'scores': ties, 'idxs': [0] * 300},
        dict.fromkeys(['nms_05', 'nms_03']),
    )
    yield 'empty', {'boxes': [], 'scores': [], 'idxs': []}, dict.fromkeys(['nms_05', 'batched_05'])
