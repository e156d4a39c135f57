"""Random sampling, and the permutations it draws."""

import numpy as np
import torch
from mmdet.models.task_modules import AssignResult, RandomSampler
from mmengine.structures import InstanceData

from registry import reference, variants
from torch_values import longs


@reference('torch_randperm', 'torch CPU')
def randperm(inputs, _):
    torch.manual_seed(inputs['seed'])
    return {'perms': [torch.randperm(size).tolist() for size in inputs['sizes']]}


@variants(randperm)
def randperm_inputs(_):
    yield 'seed7', {'seed': 7, 'sizes': [1, 2, 100, 1000, 3, 5000]}, {}
    yield 'seed0', {'seed': 0, 'sizes': [40, 40, 20000]}, {}
    yield 'large_seed', {'seed': 4294967295, 'sizes': [10, 700]}, {}


@reference('mmdet_random_sampler', 'mmdet 3.3.0 RandomSampler, torch.manual_seed(seed) just before sample()')
def random_sampler(inputs, _):
    gt_inds, adds = longs(inputs['gt_inds']), inputs.get('add_gt_as_proposals', False)
    truths = inputs.get('num_gts', max(0, int(gt_inds.max()))) if adds else max(0, int(gt_inds.max()))
    sampler = RandomSampler(
        inputs['num'], inputs['pos_fraction'], neg_pos_ub=inputs.get('neg_pos_ub', -1), add_gt_as_proposals=adds
    )
    n = len(gt_inds)
    given = AssignResult(truths, gt_inds, torch.zeros(n), torch.zeros(n, dtype=torch.long))
    truth = InstanceData(bboxes=torch.zeros(truths, 4), labels=torch.zeros(truths, dtype=torch.long))
    torch.manual_seed(inputs['seed'])
    result = sampler.sample(given, InstanceData(priors=torch.zeros(n, 4)), truth)
    return {'pos_inds': result.pos_inds.tolist(), 'neg_inds': result.neg_inds.tolist()}


@variants(random_sampler)
def random_sampler_inputs(rng):
    cases = [
        ('rpn', 5000, 0.02, {'num': 256, 'pos_fraction': 0.5, 'seed': 5}),
        (
            'rcnn_gt',
            2000,
            0.2,
            {'num': 512, 'pos_fraction': 0.25, 'seed': 99, 'num_gts': 7, 'add_gt_as_proposals': True},
        ),
        ('ub5', 1500, 0.01, {'num': 256, 'pos_fraction': 0.5, 'neg_pos_ub': 5, 'seed': 17}),
        ('ub0.5', 300, 0.2, {'num': 100, 'pos_fraction': 0.3, 'neg_pos_ub': 0.5, 'seed': 1}),
        ('nopos', 400, 0, {'num': 64, 'pos_fraction': 0.25, 'seed': 2}),
        ('nogt_gt', 100, 0, {'num': 32, 'pos_fraction': 0.25, 'seed': 8, 'num_gts': 0, 'add_gt_as_proposals': True}),
        ('all_taken', 500, 0.9, {'num': 100, 'pos_fraction': 1.0, 'seed': 21}),
        ('few', 20, 0.3, {'num': 64, 'pos_fraction': 0.25, 'seed': 3}),
    ]
    for suffix, n, positives, options in cases:
        gt_inds = np.where(rng.random(n) < positives, rng.integers(1, 8, n), 0)
        gt_inds[rng.random(n) < 0.1] = -1
        yield suffix, {'gt_inds': gt_inds.tolist(), **options}, {}
