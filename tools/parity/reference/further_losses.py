"""Asymmetric loss, PolyLoss, DR loss, Seesaw, EQLv2."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from mmdet.models.losses import EQLV2Loss, SeesawLoss

import draw
from focal import loss_and_grad
from registry import reference, variants
from torch_values import longs, tensor, value_and_gradient


def asymmetric(inputs, focal_gradient: bool) -> dict:
    y, clip, eps = tensor(inputs['targets']), inputs['clip'], inputs['eps']
    gamma = inputs['gamma_pos'] * y + inputs['gamma_neg'] * (1 - y)

    def loss(z):
        p = z.sigmoid()
        q = (1 - p + clip).clamp(max=1) if clip > 0 else 1 - p
        likelihood = y * p.clamp(min=eps).log() + (1 - y) * q.clamp(min=eps).log()
        base = 1 - p * y - q * (1 - y)
        factor = torch.pow(base if focal_gradient else base.detach(), gamma)
        return -(likelihood * factor).sum()

    return loss_and_grad(loss, inputs['logits'])


@reference('asl_nograd', 'Alibaba-MIIL/ASL AsymmetricLoss (restated)')
def asymmetric_nograd(inputs, _):
    return asymmetric(inputs, False)


@reference('asl_opt', 'Alibaba-MIIL/ASL AsymmetricLossOptimized (restated)')
def asymmetric_optimized(inputs, _):
    return asymmetric(inputs, True)


def saturated(rng, shape) -> list:
    """Moderate and saturated logits. Between them, the references' 1 - sigmoid in float32 rounds by more than the tolerance."""
    values = np.asarray(draw.logits(rng, shape))
    return draw.floats(np.where(np.abs(values) < 25, values.clip(-5.5, 5.5), values))


@variants(asymmetric_nograd, asymmetric_optimized)
def asymmetric_inputs(rng):
    for suffix, n, c, gamma_neg, gamma_pos, clip in [
        ('unit', 200, 10, 4, 1, 0.05),
        ('g2_0_unit', 100, 5, 2, 0, 0.1),
        ('noclip_unit', 40, 8, 3, 1, 0),
        ('wide', 100, 20, 4, 1, 0.05),
        ('g2_0_wide', 60, 5, 2, 0, 0.1),
        ('noclip_wide', 40, 8, 3, 1, 0),
    ]:
        targets = (rng.random((n, c)) < 0.15).astype(float).tolist()
        logits = draw.normal(rng, (n, c)) if 'unit' in suffix else saturated(rng, (n, c))
        yield (
            suffix,
            {
                'logits': logits,
                'targets': targets,
                'gamma_neg': gamma_neg,
                'gamma_pos': gamma_pos,
                'clip': clip,
                'eps': 1e-8,
            },
            {},
        )


@reference('asl_single', 'Alibaba-MIIL/ASL ASLSingleLabel (restated)')
def asymmetric_single(inputs, _):
    labels, eps = longs(inputs['targets']), inputs['eps']
    classes = len(inputs['logits'][0])
    y = F.one_hot(labels, classes).float()
    gamma = inputs['gamma_pos'] * y + inputs['gamma_neg'] * (1 - y)

    def loss(z):
        log_p = F.log_softmax(z, -1)
        p = log_p.exp()
        factor = torch.pow(1 - p * y - (1 - p) * (1 - y), gamma)
        target = y * (1 - eps) + eps / classes if eps > 0 else y
        return -(target * (log_p * factor)).sum(-1).mean()

    return loss_and_grad(loss, inputs['logits'])


@variants(asymmetric_single)
def asymmetric_single_inputs(rng):
    for suffix, n, c, gamma_pos, gamma_neg, eps in [
        ('n200', 200, 10, 0, 4, 0.1),
        ('g1_2', 50, 4, 1, 2, 0.0),
        ('eps0.3', 30, 30, 0, 3, 0.3),
    ]:
        yield (
            suffix,
            {
                'logits': draw.normal(rng, (n, c), 3),
                'targets': rng.integers(0, c, n).tolist(),
                'gamma_pos': gamma_pos,
                'gamma_neg': gamma_neg,
                'eps': eps,
            },
            {},
        )


@reference('poly1_ce', 'abhuse/polyloss-pytorch Poly1CrossEntropyLoss (restated)')
def poly1_ce(inputs, _):
    labels, epsilon = longs(inputs['labels']), inputs['epsilon']

    def loss(z):
        p = F.softmax(z, -1).gather(1, labels[:, None])[:, 0]
        return (F.cross_entropy(z, labels, reduction='none') + epsilon * (1 - p)).mean()

    return loss_and_grad(loss, inputs['logits'])


@variants(poly1_ce)
def poly1_ce_inputs(rng):
    for epsilon, n, c in [(1.0, 300, 21), (-0.8, 64, 5), (2.5, 100, 3)]:
        yield (
            f'e{epsilon}',
            {'logits': draw.logits(rng, (n, c)), 'labels': rng.integers(0, c, n).tolist(), 'epsilon': epsilon},
            {},
        )


@reference('poly1_focal', 'abhuse/polyloss-pytorch Poly1FocalLoss (restated)')
def poly1_focal(inputs, _):
    epsilon, alpha, gamma = inputs['epsilon'], inputs['alpha'], inputs['gamma']
    y = F.one_hot(longs(inputs['labels']), len(inputs['logits'][0])).float()

    def loss(z):
        p = z.sigmoid()
        pt = y * p + (1 - y) * (1 - p)
        focal = F.binary_cross_entropy_with_logits(z, y, reduction='none') * (1 - pt) ** gamma
        if alpha >= 0:
            focal = (alpha * y + (1 - alpha) * (1 - y)) * focal
        return (focal + epsilon * torch.pow(1 - pt, gamma + 1)).mean()

    return loss_and_grad(loss, inputs['logits'])


@variants(poly1_focal)
def poly1_focal_inputs(rng):
    for epsilon, alpha, gamma, n, c in [(1.0, 0.25, 2.0, 200, 20), (-0.5, 0.6, 1.5, 64, 5), (2.0, -1, 3.0, 80, 4)]:
        yield (
            f'e{epsilon}_a{alpha}_g{gamma}',
            {
                'logits': draw.logits(rng, (n, c)),
                'labels': rng.integers(0, c, n).tolist(),
                'epsilon': epsilon,
                'alpha': alpha,
                'gamma': gamma,
            },
            {},
        )


def dr(inputs) -> dict:
    targets = longs(inputs['targets'])[:, None]
    classes = torch.arange(1, len(inputs['logits'][0]) + 1)[None]
    positive, negative = targets == classes, (targets != classes) & (targets >= 0)
    margin, pos_lambda, neg_lambda, big_l, tau = 0.5, 1.0, 0.1 / math.log(3.5), 6.0, 4.0

    def loss(z):
        p, n = z[positive].sigmoid(), z[negative].sigmoid()
        worst = (F.softmax(n / neg_lambda, 0) * n).sum()
        least = (F.softmax(-p / pos_lambda, 0) * p).sum() if p.numel() else 1.0
        return tau * torch.log(1 + torch.exp(big_l * (worst - least + margin))) / big_l

    return loss_and_grad(loss, inputs['logits'])


@reference('dr_loss', 'idstcv/DR_loss SigmoidDRLoss (restated)')
def dr_loss(inputs, _):
    return dr(inputs)


@variants(dr_loss)
def dr_loss_inputs(rng):
    for suffix, n, c, positives in [('n300', 300, 10, 0.1), ('n40', 40, 80, 0.5), ('nopos_n100', 100, 4, 0)]:
        targets = rng.integers(1, c + 1, n) * (rng.random(n) < positives)
        targets[rng.random(n) < 0.1] = -1
        yield suffix, {'logits': draw.logits(rng, (n, c)), 'targets': targets.tolist()}, {}


@reference('mmdet_seesaw', 'mmdet 3.3.0 SeesawLoss')
def seesaw(inputs, wanted):
    loss = SeesawLoss(p=inputs['p'], q=inputs['q'], num_classes=inputs['num_classes'], eps=inputs['eps'])
    steps = []
    for step in wanted['steps']:
        parts = {}

        def total(z, step=step, parts=parts):
            weights = tensor(step['label_weights']) if 'label_weights' in step else None
            parts.update(loss(z, longs(step['labels']), weights, avg_factor=inputs['avg_factor']))
            return parts['loss_cls_objectness'] + parts['loss_cls_classes']

        _, grad = value_and_gradient(total, step['cls_score'])
        given = {key: step[key] for key in ('cls_score', 'labels', 'label_weights') if key in step}
        steps.append(
            {
                **given,
                'loss_obj': parts['loss_cls_objectness'].item(),
                'loss_cls': parts['loss_cls_classes'].item(),
                'grad': grad,
                'cum_samples': loss.cum_samples.tolist(),
            }
        )
    return {'steps': steps}


@variants(seesaw)
def seesaw_inputs(rng):
    for suffix, n, c, p, q, eps, count in [
        ('n200', 200, 30, 0.8, 2.0, 0.01, 4),
        ('p0.5_q1', 64, 8, 0.5, 1.0, 0.05, 3),
        ('p0_q0', 50, 5, 0.0, 0.0, 0.01, 2),
        ('weighted', 60, 6, 0.8, 2.0, 0.01, 2),
    ]:
        long_tail = 1 / (1 + rng.permutation(c)) ** 1.5
        steps = []
        for k in range(count):
            drawn = rng.choice(c, n, p=long_tail / long_tail.sum())
            labels = rng.permuted(drawn if k else rng.permuted(drawn))
            labels = [int(label) if keep else c for label, keep in zip(labels, rng.random(n) < 0.4)]
            steps.append({'cls_score': draw.normal(rng, (n, c + 2), 2), 'labels': labels})
        if suffix == 'p0.5_q1':
            steps[1]['labels'] = [c] * n
        if suffix == 'weighted':
            steps = [{**step, 'label_weights': draw.weights(rng, n)} for step in steps]
        yield suffix, {'num_classes': c, 'p': p, 'q': q, 'eps': eps, 'avg_factor': float(n)}, {'steps': steps}


@reference('mmdet_eqlv2', 'mmdet 3.3.0 EQLV2Loss')
def eqlv2(inputs, wanted):
    loss = EQLV2Loss(num_classes=inputs['num_classes'], gamma=inputs['gamma'], mu=inputs['mu'], alpha=inputs['alpha'])
    steps = []
    for step in wanted['steps']:
        labels = longs(step['labels'])
        value, grad = value_and_gradient(lambda z: loss(z, labels), step['cls_score'])
        steps.append(
            {
                'cls_score': step['cls_score'],
                'labels': step['labels'],
                'loss': value,
                'grad': grad,
                'pos_neg': loss.pos_neg.tolist(),
            }
        )
    return {'steps': steps}


@variants(eqlv2)
def eqlv2_inputs(rng):
    for suffix, n, c, gamma, mu, alpha, count in [
        ('n200', 200, 20, 12, 0.8, 4.0, 4),
        ('g5_mu0.5_a2', 80, 6, 5, 0.5, 2.0, 3),
    ]:
        steps = [
            {'cls_score': draw.logits(rng, (n, c + 1), 2), 'labels': draw.labels(rng, n, c, 0.3)} for _ in range(count)
        ]
        yield suffix, {'num_classes': c, 'gamma': gamma, 'mu': mu, 'alpha': alpha}, {'steps': steps}
