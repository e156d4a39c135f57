"""Focal losses, and those that weigh by quality (GFL, VarifocalNet, CornerNet)."""

import torch
import torch.nn.functional as F
from mmdet.models.losses import FocalLoss, GaussianFocalLoss, VarifocalLoss
from mmdet.models.losses.focal_loss import py_focal_loss_with_prob
from mmdet.models.losses.gfocal_loss import DistributionFocalLoss, QualityFocalLoss
from torchvision.ops import sigmoid_focal_loss

import draw
from registry import reference, variants
from torch_values import longs, tensor, value_and_gradient


def loss_and_grad(loss, at) -> dict:
    value, grad = value_and_gradient(loss, at)
    return {'loss': value, 'grad': grad}


@reference('tv_focal', 'torchvision ops.sigmoid_focal_loss')
def torchvision_focal(inputs, _):
    targets = tensor(inputs['targets'])
    alpha, gamma = inputs['alpha'], inputs['gamma']
    return loss_and_grad(lambda z: sigmoid_focal_loss(z, targets, alpha=alpha, gamma=gamma), inputs['logits'])


@variants(torchvision_focal)
def torchvision_focal_inputs(rng):
    for alpha, gamma, n, c in [
        (0.25, 2.0, 300, 20),
        (-1, 1.5, 200, 7),
        (0.5, 0.5, 150, 3),
        (0.9, 3.0, 64, 80),
        (0.25, 0.0, 100, 4),
    ]:
        targets = (rng.random((n, c)) < 0.1).astype(float).tolist()
        yield (
            f'a{alpha}_g{gamma}_n{n}',
            {'logits': draw.logits(rng, (n, c)), 'targets': targets, 'alpha': alpha, 'gamma': gamma},
            {},
        )
    soft = draw.uniform(rng, (50, 6))
    yield 'a0.3_g2_soft', {'logits': draw.logits(rng, (50, 6)), 'targets': soft, 'alpha': 0.3, 'gamma': 2.0}, {}


@reference('mmdet_focal_labels', 'mmdet 3.3.0 FocalLoss (CPU path)')
def mmdet_focal(inputs, _):
    loss = FocalLoss(
        gamma=inputs.get('gamma', 2.0), alpha=inputs.get('alpha', 0.25), loss_weight=inputs.get('loss_weight', 1.0)
    )
    weights = tensor(inputs['label_weights']) if 'label_weights' in inputs else None
    labels, avg_factor = longs(inputs['labels']), inputs.get('avg_factor')
    return loss_and_grad(lambda z: loss(z, labels, weights, avg_factor=avg_factor), inputs['logits'])


@variants(mmdet_focal)
def mmdet_focal_inputs(rng):
    for suffix, n, c, alpha, gamma, positives in [
        ('n1000', 1000, 12, 0.25, 2.0, 0.05),
        ('a0.6_g1', 300, 3, 0.6, 1.0, 0.3),
        ('nopos', 200, 8, 0.25, 2.0, 0),
    ]:
        labels = draw.labels(rng, n, c, positives)
        yield (
            suffix,
            {
                'logits': draw.logits(rng, (n, c)),
                'labels': labels,
                'label_weights': draw.floats(rng.choice([0, 0.5, 1, 1], n)),
                'alpha': alpha,
                'gamma': gamma,
                'avg_factor': float(max(1, sum(label < c for label in labels))),
                'num_classes': c,
            },
            {},
        )
    yield (
        'mean',
        {
            'logits': draw.logits(rng, (90, 6)),
            'labels': draw.labels(rng, 90, 6),
            'alpha': 0.25,
            'gamma': 2.0,
            'num_classes': 6,
        },
        {},
    )
    by_class = draw.floats(rng.choice([0, 0.5, 1], (90, 6)))
    yield (
        'weights_by_class',
        {
            'logits': draw.logits(rng, (90, 6)),
            'labels': draw.labels(rng, 90, 6),
            'label_weights': by_class,
            'avg_factor': 11.0,
            'num_classes': 6,
        },
        {},
    )


@reference('mmdet_focal_prob', 'mmdet 3.3.0 FocalLoss activated=True')
def mmdet_focal_probabilities(inputs, _):
    labels, avg_factor = longs(inputs['labels']), inputs.get('avg_factor')
    options = {'alpha': inputs.get('alpha', 0.25), 'gamma': inputs.get('gamma', 2.0)}
    weights = tensor(inputs['label_weights']) if 'label_weights' in inputs else None
    return loss_and_grad(
        lambda p: py_focal_loss_with_prob(p, labels, weights, avg_factor=avg_factor, **options), inputs['probs']
    )


@variants(mmdet_focal_probabilities)
def mmdet_focal_probabilities_inputs(rng):
    yield (
        'n400',
        {'probs': draw.uniform(rng, (400, 9), 0.001, 0.999), 'labels': draw.labels(rng, 400, 9), 'avg_factor': 83.0},
        {},
    )
    yield (
        'a0.75_g1.5',
        {
            'probs': draw.uniform(rng, (60, 4), 0.01, 0.99),
            'labels': draw.labels(rng, 60, 4, 0.5),
            'avg_factor': 7.0,
            'alpha': 0.75,
            'gamma': 1.5,
        },
        {},
    )


@reference('fvcore_focal_star', 'fvcore sigmoid_focal_loss_star (restated)')
def focal_star(inputs, _):
    targets, alpha, gamma = tensor(inputs['targets']), inputs['alpha'], inputs['gamma']

    def loss(z):
        value = -F.logsigmoid(gamma * (z * (2 * targets - 1))) / gamma
        return (alpha * targets + (1 - alpha) * (1 - targets)) * value if alpha >= 0 else value

    return loss_and_grad(loss, inputs['logits'])


@variants(focal_star)
def focal_star_inputs(rng):
    for alpha, gamma, n, c in [(0.25, 2.0, 200, 10), (-1, 3.0, 100, 4), (0.6, 1.0, 50, 20)]:
        targets = (rng.random((n, c)) < 0.2).astype(float).tolist()
        yield (
            f'a{alpha}_g{gamma}',
            {'logits': draw.logits(rng, (n, c)), 'targets': targets, 'alpha': alpha, 'gamma': gamma},
            {},
        )


@reference(
    'mmcv_sigmoid_focal_mean', 'mmcv sigmoid_focal_loss and softmax_focal_loss, reduction mean (restated in float64)'
)
def mmcv_focal_mean(inputs, _):
    z = torch.tensor(inputs['logits'], dtype=torch.float64)
    labels = longs(inputs['labels'])
    n, c = z.shape
    alpha, gamma = inputs.get('alpha', 0.25), inputs.get('gamma', 2.0)
    y = F.one_hot(labels, c + 1)[:, :c].double()
    signed = z * (2 * y - 1)
    each = -(alpha * y + (1 - alpha) * (1 - y)) * torch.sigmoid(-signed) ** gamma * F.logsigmoid(signed)
    foreground = labels < c
    log_p = F.log_softmax(z, 1)[foreground, labels[foreground]]
    softmax = -alpha * (1 - log_p.exp()) ** gamma * log_p
    return {'loss': (each.sum() / n).item(), 'softmax_variant_loss': (softmax.sum() / n).item()}


@variants(mmcv_focal_mean)
def mmcv_focal_mean_inputs(rng):
    yield 'n100', {'logits': draw.normal(rng, (100, 6), 3), 'labels': rng.integers(0, 6, 100).tolist()}, {}


@reference('mmdet_qfl', 'mmdet 3.3.0 QualityFocalLoss')
def quality_focal(inputs, wanted):
    loss = QualityFocalLoss(beta=inputs.get('beta', 2.0), loss_weight=inputs.get('loss_weight', 1.0))
    target = (longs(inputs['labels']), tensor(inputs['quality']))
    weights = tensor(inputs['label_weights']) if 'label_weights' in inputs else None
    value, grad = value_and_gradient(
        lambda z: loss(z, target, weights, avg_factor=inputs.get('avg_factor')), inputs['logits']
    )
    each = loss(tensor(inputs['logits']), target, reduction_override='none')
    return {'loss': value, 'grad': grad, 'per_sample': each.tolist()}


@variants(quality_focal)
def quality_focal_inputs(rng):
    for suffix, n, c, beta, positives in [
        ('n500', 500, 10, 2.0, 0.1),
        ('b1.5', 100, 3, 1.5, 0.5),
        ('b3_nopos', 80, 5, 3.0, 0),
    ]:
        labels = draw.labels(rng, n, c, positives)
        quality = [q if label < c else 0.0 for q, label in zip(draw.uniform(rng, n), labels)]
        yield (
            suffix,
            {
                'logits': draw.logits(rng, (n, c)),
                'labels': labels,
                'quality': quality,
                'beta': beta,
                'avg_factor': float(max(1, n // 9)),
            },
            {},
        )
    labels = [-1 if rng.random() < 0.2 else label for label in draw.labels(rng, 70, 4, 0.3)]
    yield (
        'mean_minus1',
        {'logits': draw.logits(rng, (70, 4)), 'labels': labels, 'quality': draw.uniform(rng, 70), 'beta': 2.0},
        {},
    )


@reference('mmdet_dfl', 'mmdet 3.3.0 DistributionFocalLoss')
def distribution_focal(inputs, _):
    label = tensor(inputs['label'])
    return loss_and_grad(lambda z: DistributionFocalLoss()(z, label, reduction_override='none'), inputs['logits'])


@variants(distribution_focal)
def distribution_focal_inputs(rng):
    for n, reg_max in [(400, 16), (60, 7), (33, 24)]:
        label = rng.uniform(0, reg_max - 0.1, n)
        label[: n // 8] = rng.integers(0, reg_max, n // 8)
        yield f'r{reg_max}', {'logits': draw.logits(rng, (n, reg_max + 1), 2), 'label': draw.floats(label)}, {}


@reference('mmdet_vfl', 'mmdet 3.3.0 VarifocalLoss')
def varifocal(inputs, _):
    loss = VarifocalLoss(alpha=inputs['alpha'], gamma=inputs['gamma'], iou_weighted=inputs['iou_weighted'])
    target = tensor(inputs['target'])
    return loss_and_grad(lambda z: loss(z, target, reduction_override='none'), inputs['logits'])


@variants(varifocal)
def varifocal_inputs(rng):
    for suffix, n, c, alpha, gamma, weighted in [
        ('iouw_True_n200', 200, 10, 0.75, 2.0, True),
        ('iouw_False_n200', 200, 5, 0.6, 1.5, False),
        ('a0.25_g3', 50, 30, 0.25, 3.0, True),
    ]:
        target = rng.random((n, c)) * (rng.random((n, c)) < 0.1)
        yield (
            suffix,
            {
                'logits': draw.logits(rng, (n, c)),
                'target': draw.floats(target),
                'alpha': alpha,
                'gamma': gamma,
                'iou_weighted': weighted,
            },
            {},
        )


@reference('mmdet_gaussian_focal', 'mmdet 3.3.0 GaussianFocalLoss')
def gaussian_focal(inputs, _):
    loss = GaussianFocalLoss(alpha=inputs['alpha'], gamma=inputs['gamma'])
    target = tensor(inputs['target'])
    return loss_and_grad(lambda p: loss(p, target, reduction_override='none'), inputs['pred'])


@variants(gaussian_focal)
def gaussian_focal_inputs(rng):
    for alpha, gamma, n, c in [(2.0, 4.0, 100, 30), (1.5, 3.0, 40, 12)]:
        target = rng.random((n, c)) ** 4
        target[rng.random((n, c)) < 0.05] = 1
        target[rng.random((n, c)) < 0.3] = 0
        yield (
            f'a{alpha}_g{gamma}',
            {
                'pred': draw.uniform(rng, (n, c), 0.001, 0.999),
                'target': draw.floats(target),
                'alpha': alpha,
                'gamma': gamma,
            },
            {},
        )
