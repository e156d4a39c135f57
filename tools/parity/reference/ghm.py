"""Gradient harmonizing: GHM-C, GHM-R, and the exact density of the paper."""

import numpy as np
from mmdet.models.losses import GHMC, GHMR

import draw
from registry import reference, variants
from torch_values import longs, tensor, value_and_gradient


def counts(loss):
    return loss.acc_sum.tolist() if loss.momentum > 0 else None


@reference('mmdet_ghmc', 'mmdet 3.3.0 GHMC')
def ghm_c(inputs, wanted):
    loss = GHMC(bins=inputs['bins'], momentum=inputs['momentum'], loss_weight=inputs.get('loss_weight', 1.0))
    steps = []
    for step in wanted['steps']:
        labels, weights = longs(step['labels']), tensor(step['label_weights'])
        value, grad = value_and_gradient(lambda z: loss(z, labels, weights), step['logits'])
        given = {key: step[key] for key in ('logits', 'labels', 'label_weights')}
        steps.append({**given, 'loss': value, 'grad': grad, 'acc_sum': counts(loss)})
    return {'steps': steps}


@variants(ghm_c)
def ghm_c_inputs(rng):
    cases = [
        ('b30_m0.75', 30, 0.75, 200, 20, 4, 0.05),
        ('b10_m0', 10, 0, 300, 3, 3, 0.3),
        ('b7_m0.5', 7, 0.5, 100, 8, 5, 0.1),
        ('b50_m0.9', 50, 0.9, 150, 5, 3, 0.0),
        ('b1_m0.25', 1, 0.25, 50, 2, 2, 0.5),
        ('b30_m0.75', 30, 0.75, 2000, 20, 2, 0.02),
    ]
    for suffix, bins, momentum, n, c, count, positives in cases:
        steps = [
            {
                'logits': draw.logits(rng, (n, c)),
                'labels': draw.labels(rng, n, c, positives),
                'label_weights': draw.weights(rng, n),
            }
            for _ in range(count)
        ]
        if suffix == 'b7_m0.5':
            steps[2]['label_weights'] = [0.0] * n
            steps[3]['label_weights'] = draw.floats(rng.choice([0, 0.3, 1, 2.5], n))
        yield f'{suffix}_n{n}', {'bins': bins, 'momentum': momentum, 'num_classes': c}, {'steps': steps}


@reference('mmdet_ghmr', 'mmdet 3.3.0 GHMR')
def ghm_r(inputs, wanted):
    loss = GHMR(
        mu=inputs['mu'], bins=inputs['bins'], momentum=inputs['momentum'], loss_weight=inputs.get('loss_weight', 1.0)
    )
    steps = []
    for step in wanted['steps']:
        target, weights = tensor(step['target']), tensor(step['weights'])
        value, grad = value_and_gradient(lambda x: loss(x, target, weights), step['pred'])
        given = {key: step[key] for key in ('pred', 'target', 'weights')}
        steps.append({**given, 'loss': value, 'grad': grad, 'acc_sum': counts(loss)})
    return {'steps': steps}


@variants(ghm_r)
def ghm_r_inputs(rng):
    cases = [
        ('b10_m0.7', 10, 0.7, 0.02, 10.0, 300, 4),
        ('b20_m0', 20, 0, 0.1, 1.0, 200, 3),
        ('b5_m0.9', 5, 0.9, 0.5, 2.5, 150, 3),
        ('b10_m0.7_elementwise', 10, 0.7, 0.02, 10.0, 60, 2),
    ]
    for suffix, bins, momentum, mu, loss_weight, n, count in cases:
        steps = []
        for _ in range(count):
            target = draw.normal(rng, (n, 4), 0.3)
            pred = draw.floats(np.asarray(target) + rng.normal(0, 1, (n, 4)) * rng.choice([0.01, 0.05, 0.3, 5], (n, 4)))
            one = np.repeat((rng.random((n, 1)) < 0.6).astype(float), 4, 1)
            weights = (rng.random((n, 4)) < 0.6).astype(float) if 'elementwise' in suffix else one
            steps.append({'pred': pred, 'target': target, 'weights': weights.tolist()})
        if suffix == 'b5_m0.9':
            steps[1]['weights'] = [[0.0] * 4] * n
            steps[2]['weights'] = np.repeat(rng.choice([0, 0.5, 2], (n, 1)), 4, 1).tolist()
        yield suffix, {'bins': bins, 'momentum': momentum, 'mu': mu, 'loss_weight': loss_weight}, {'steps': steps}


@reference('ghm_exact_density', 'own float64 brute force of the paper definition')
def exact_density(inputs, _):
    g, eps = np.asarray(inputs['g'], np.float64), inputs['eps']
    length = np.minimum(g + eps / 2, 1) - np.maximum(g - eps / 2, 0)
    inside = (g[None] >= g[:, None] - eps / 2) & (g[None] < g[:, None] + eps / 2)
    density = inside.sum(1) / length
    return {'GD': density.tolist(), 'beta': (len(g) / density).tolist()}


@variants(exact_density)
def exact_density_inputs(rng):
    for eps, n in [(0.1, 500), (0.033, 1000), (0.5, 200)]:
        yield f'eps{eps}_n{n}', {'g': draw.floats(np.clip(rng.beta(0.5, 1.5, n), 0, 1)), 'eps': eps}, {}
