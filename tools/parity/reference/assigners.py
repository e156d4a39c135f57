"""Assigners: MaxIoU, ATSS, SimOTA, task-aligned."""

import numpy as np
import torch
from mmdet.models.task_modules import AnchorGenerator, ATSSAssigner, MaxIoUAssigner, SimOTAAssigner, TaskAlignedAssigner
from mmengine.structures import InstanceData

import draw
from registry import Ambiguous, reference, variants
from torch_values import boxes, longs, tensor


def outputs_of(result) -> dict:
    return {
        'gt_inds': result.gt_inds.tolist(),
        'max_overlaps': result.max_overlaps.tolist(),
        'labels': result.labels.tolist(),
    }


def truth_of(inputs) -> InstanceData:
    return InstanceData(bboxes=boxes(inputs['gts']), labels=longs(inputs['gt_labels']))


def ignored_of(inputs) -> InstanceData | None:
    return InstanceData(bboxes=boxes(inputs['gts_ignore'])) if inputs.get('gts_ignore') else None


@reference('mmdet_maxiou', 'mmdet 3.3.0 MaxIoUAssigner')
def max_iou(inputs, _):
    names = (
        'pos_iou_thr',
        'neg_iou_thr',
        'min_pos_iou',
        'match_low_quality',
        'gt_max_assign_all',
        'ignore_iof_thr',
        'ignore_wrt_candidates',
    )
    options = {name: inputs[name] for name in names if name in inputs}
    if isinstance(options['neg_iou_thr'], list):
        options['neg_iou_thr'] = tuple(options['neg_iou_thr'])
    return outputs_of(
        MaxIoUAssigner(**options).assign(
            InstanceData(priors=boxes(inputs['priors'])), truth_of(inputs), ignored_of(inputs)
        )
    )


def grid(*sizes) -> tuple[list, list[int]]:
    """RetinaNet's anchors, nine at a point."""
    generator = AnchorGenerator(
        strides=[8 * 2**i for i in range(len(sizes))], ratios=[0.5, 1.0, 2.0], octave_base_scale=4, scales_per_octave=3
    )
    levels = generator.grid_priors(sizes, device='cpu')
    return torch.cat(levels).tolist(), [len(level) for level in levels]


def truths(rng, k: int, size: float, classes: int = 5) -> dict:
    return {
        'gts': draw.boxes(rng, k, size * 0.7, size * 0.05, size * 0.5),
        'gt_labels': rng.integers(0, classes, k).tolist(),
    }


@variants(max_iou)
def max_iou_inputs(rng):
    anchors, _ = grid((16, 16), (8, 8), (4, 4))
    retina = {'pos_iou_thr': 0.5, 'neg_iou_thr': 0.4, 'min_pos_iou': 0}
    yield 'retina_n', {'priors': anchors, **truths(rng, 8, 128), 'gts_ignore': None, **retina}, {}
    yield (
        'rpn_n',
        {
            'priors': anchors,
            **truths(rng, 15, 128),
            'gts_ignore': None,
            'pos_iou_thr': 0.7,
            'neg_iou_thr': 0.3,
            'min_pos_iou': 0.3,
        },
        {},
    )
    given = truths(rng, 10, 300)
    priors = draw.near(rng, np.asarray(given['gts'])[rng.integers(0, 10, 1000)], 0.2)
    yield (
        'rcnn_n',
        {
            'priors': priors,
            **given,
            'gts_ignore': None,
            'pos_iou_thr': 0.5,
            'neg_iou_thr': 0.5,
            'min_pos_iou': 0.5,
            'match_low_quality': False,
        },
        {},
    )
    yield (
        'ignore_n',
        {
            'priors': anchors,
            **truths(rng, 5, 128),
            'gts_ignore': draw.boxes(rng, 3, 100, 20, 60),
            **retina,
            'min_pos_iou': 0.1,
            'ignore_iof_thr': 0.5,
        },
        {},
    )
    yield (
        'ignore_reversed',
        {
            'priors': anchors,
            **truths(rng, 5, 128),
            'gts_ignore': draw.boxes(rng, 3, 100, 10, 30),
            **retina,
            'ignore_iof_thr': 0.3,
            'ignore_wrt_candidates': False,
        },
        {},
    )
    yield (
        'ssd_n',
        {
            'priors': anchors,
            **truths(rng, 6, 128),
            'gts_ignore': None,
            'pos_iou_thr': 0.5,
            'neg_iou_thr': 0.5,
            'min_pos_iou': 0.0,
            'gt_max_assign_all': False,
        },
        {},
    )
    yield (
        'range',
        {'priors': anchors, **truths(rng, 6, 128), 'gts_ignore': None, **retina, 'neg_iou_thr': [0.1, 0.4]},
        {},
    )
    isolated = truths(rng, 4, 128)
    isolated['gts'].append([500.0, 500.0, 520.0, 530.0])
    isolated['gt_labels'].append(3)
    yield 'isolated', {'priors': anchors, **isolated, 'gts_ignore': None, **retina}, {}
    yield 'nopriors', {'priors': [], **truths(rng, 2, 128), 'gts_ignore': None, **retina}, {}
    yield 'nogt', {'priors': anchors[:50], 'gts': [], 'gt_labels': [], 'gts_ignore': None, **retina}, {}


@reference('mmdet_atss', 'mmdet 3.3.0 ATSSAssigner')
def atss(inputs, _):
    assigner = ATSSAssigner(topk=inputs['topk'], ignore_iof_thr=inputs.get('ignore_iof_thr', -1))
    priors = InstanceData(priors=boxes(inputs['priors']))
    return outputs_of(assigner.assign(priors, inputs['num_level_priors'], truth_of(inputs), ignored_of(inputs)))


def untied(rng, *counts) -> list:
    """Squares at random places, so that no two are as far from a truth."""
    levels = []
    for level, count in enumerate(counts):
        centre, half = rng.uniform(0, 128, (count, 2)), 16.0 * 2**level
        levels.append(np.concatenate([centre - half, centre + half], 1))
    return draw.floats(np.concatenate(levels))


@variants(atss)
def atss_inputs(rng):
    counts = [400, 100, 25]
    yield (
        'k9_untied',
        {'priors': untied(rng, *counts), 'num_level_priors': counts, **truths(rng, 7, 128), 'topk': 9},
        {},
    )
    yield (
        'k4_untied',
        {'priors': untied(rng, 256, 64, 3), 'num_level_priors': [256, 64, 3], **truths(rng, 12, 128), 'topk': 4},
        {},
    )
    yield (
        'ignore_untied',
        {
            'priors': untied(rng, *counts),
            'num_level_priors': counts,
            **truths(rng, 5, 128),
            'gts_ignore': draw.boxes(rng, 2, 80, 30, 60),
            'ignore_iof_thr': 0.5,
            'topk': 9,
        },
        {},
    )
    yield (
        'nogt',
        {'priors': untied(rng, 30, 10), 'num_level_priors': [30, 10], 'gts': [], 'gt_labels': [], 'topk': 9},
        {},
    )
    yield 'one_candidate', {'priors': untied(rng, 40), 'num_level_priors': [40], **truths(rng, 3, 128), 'topk': 1}, {}
    anchors, levels = grid((12, 16), (6, 8), (3, 4))
    yield 'grid_ties', {'priors': anchors, 'num_level_priors': levels, **truths(rng, 6, 110), 'topk': 9}, {}
    yield 'grid_ties_k5', {'priors': anchors, 'num_level_priors': levels, **truths(rng, 6, 110), 'topk': 5}, {}


class WatchedSimOTA(SimOTAAssigner):
    """Refuses costs that are equal where a truth's choice ends."""

    def dynamic_k_matching(self, cost, pairwise_ious, num_gt, valid_mask):
        best, _ = pairwise_ious.topk(min(self.candidate_topk, len(pairwise_ious)), dim=0)
        for k, column in zip(best.sum(0).int().clamp(min=1).tolist(), cost.T):
            ordered = column.sort().values
            if k < len(ordered) and ordered[k - 1] == ordered[k]:
                raise Ambiguous
        return super().dynamic_k_matching(cost, pairwise_ious, num_gt, valid_mask)


@reference('mmdet_simota', 'mmdet 3.3.0 SimOTAAssigner')
def sim_ota(inputs, _):
    names = ('center_radius', 'candidate_topk', 'iou_weight', 'cls_weight')
    assigner = WatchedSimOTA(**{name: inputs[name] for name in names if name in inputs})
    given = InstanceData(
        priors=boxes(inputs['priors']), bboxes=boxes(inputs['decoded']), scores=tensor(inputs['scores'])
    )
    return outputs_of(assigner.assign(given, truth_of(inputs)))


def points(*levels) -> np.ndarray:
    """[n, 4] centres and strides."""
    rows = [
        [(x + 0.5) * stride, (y + 0.5) * stride, stride, stride]
        for stride, h, w in levels
        for y in range(h)
        for x in range(w)
    ]
    return np.asarray(rows, float)


def around(rng, centres: np.ndarray, spread: float) -> list:
    half = rng.uniform(0.4, 2.5, (len(centres), 4)) * spread
    return draw.floats(np.concatenate([centres - half[:, :2], centres + half[:, 2:]], 1))


@variants(sim_ota)
def sim_ota_inputs(rng):
    for suffix, k, classes, options in [
        ('n340', 8, 10, {}),
        ('crowded', 25, 3, {}),
        ('radius1.5', 6, 4, {'center_radius': 1.5, 'candidate_topk': 5, 'iou_weight': 2.0, 'cls_weight': 0.5}),
    ]:
        priors = points((8, 16, 16), (16, 8, 8), (32, 4, 4), (64, 2, 2))
        yield (
            suffix,
            {
                'priors': draw.floats(priors),
                'decoded': around(rng, priors[:, :2], priors[:, 2:3]),
                'scores': draw.uniform(rng, (len(priors), classes), 0.01, 0.99),
                **truths(rng, k, 128, classes),
                **options,
            },
            {},
        )


@reference('mmdet_tal', 'mmdet 3.3.0 TaskAlignedAssigner alpha=1 beta=6')
def task_aligned(inputs, _):
    given = InstanceData(
        priors=boxes(inputs['priors']), bboxes=boxes(inputs['decoded']), scores=tensor(inputs['scores'])
    )
    result = TaskAlignedAssigner(topk=inputs['topk']).assign(
        given, truth_of(inputs), alpha=inputs.get('alpha', 1), beta=inputs.get('beta', 6)
    )
    return {**outputs_of(result), 'assign_metrics': result.assign_metrics.tolist()}


@variants(task_aligned)
def task_aligned_inputs(rng):
    for suffix, k, classes, options in [
        ('k13', 8, 10, {'topk': 13}),
        ('k5', 20, 3, {'topk': 5}),
        ('a0.5_b3', 6, 4, {'topk': 9, 'alpha': 0.5, 'beta': 3}),
    ]:
        centres = points((8, 16, 16), (16, 8, 8), (32, 4, 4))
        cells = np.concatenate([centres[:, :2] - centres[:, 2:] / 2, centres[:, :2] + centres[:, 2:] / 2], 1)
        yield (
            suffix,
            {
                'priors': draw.floats(cells),
                'decoded': around(rng, centres[:, :2], centres[:, 2:3]),
                'scores': draw.uniform(rng, (len(cells), classes), 0.01, 0.99),
                **truths(rng, k, 128, classes),
                **options,
            },
            {},
        )
