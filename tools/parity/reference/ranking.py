"""AP loss, aLRP loss, Rank & Sort loss: the loops of the references, restated in float32."""

import torch
from torch import Tensor

import draw
from registry import reference, variants
from torch_values import tensor


def above(scores: Tensor, score: Tensor, delta: float) -> Tensor:
    """H of the differences to one score."""
    if delta == 0:
        return (scores >= score).float()
    return ((scores - score) / (2 * delta) + 0.5).clamp(0, 1)


def parts(logits: Tensor, targets: Tensor, delta: float):
    """Which are positives, which are negatives that may stand above one, and the order of the positives by ascending score."""
    positive = targets > 0
    negative = (targets == 0) & (logits >= logits[positive].min() - delta)
    return positive, negative, logits[positive].argsort(stable=True)


def average_precision(inputs, one_in_a_list: bool) -> dict:
    logits, targets, delta = tensor(inputs['logits']), tensor(inputs['targets']), inputs.get('delta', 1.0)
    grad = torch.zeros_like(logits)
    if targets.max() <= 0:
        return {'loss': [0.0] if one_in_a_list else 0.0, 'grad': grad.tolist()}
    positive, negative, order = parts(logits, targets, delta)
    p, n = logits[positive], logits[negative]
    to_p, to_n, best, total = torch.zeros_like(p), torch.zeros_like(n), torch.zeros(()), torch.zeros(())
    for i in order:
        a = above(p, p[i], delta).sum() + 0.5
        relations = above(n, p[i], delta)
        b = relations.sum()
        precision = a / (a + b)
        scale = 1.0
        if precision >= best:
            best = precision
        else:
            scale = (1 - best) / (1 - precision)
        to_n += scale * relations / (a + b)
        to_p[i] = -(1 - best)
        total = total + best
    grad[positive], grad[negative] = to_p / len(p), to_n / len(p)
    loss = (1 - total / len(p)).item()
    return {'loss': [loss] if one_in_a_list else loss, 'grad': grad.tolist()}


@reference('aploss_official', 'cccorn/AP-loss AP_loss (restated)')
def official(inputs, _):
    return average_precision(inputs, True)


@reference('aploss_ties', 'cccorn/AP-loss AP_loss (restated)')
def ties(inputs, _):
    return average_precision(inputs, True)


@reference('aploss_ranksort_repo', 'kemaloksuz/RankSortLoss APLoss (restated)')
def rank_sort_repository(inputs, _):
    return average_precision(inputs, False)


def targets_of(rng, n: int, positives: float, ignored: float = 0.1) -> list[float]:
    values = rng.choice([1.0, -1.0, 0.0], n, p=[positives, ignored, 1 - positives - ignored])
    values[0] = 1.0
    return values.tolist()


@variants(official)
def official_inputs(rng):
    for n, positives, scale in [(3000, 0.02, 1.5), (400, 0.4, 3.0), (1000, 0.05, 0.3), (20000, 0.01, 2.0)]:
        yield f'n{n}', {'logits': draw.distinct(rng, n, scale), 'targets': targets_of(rng, n, positives)}, {}
    yield 'saturated', {'logits': draw.logits(rng, 500), 'targets': targets_of(rng, 500, 0.1)}, {}
    yield 'nopos', {'logits': draw.logits(rng, 100), 'targets': [0.0] * 90 + [-1.0] * 10}, {}
    yield 'noneg', {'logits': draw.logits(rng, 50), 'targets': [1.0] * 45 + [-1.0] * 5}, {}


@variants(ties)
def ties_inputs(rng):
    for n in (60, 300):
        yield f'n{n}', {'logits': draw.floats(rng.integers(-6, 7, n) / 2), 'targets': targets_of(rng, n, 0.2)}, {}


@variants(rank_sort_repository)
def rank_sort_repository_inputs(rng):
    for n, delta in [(800, 1.0), (500, 0.5), (300, 2.0)]:
        yield f'd{delta}', {'logits': draw.distinct(rng, n, 2), 'targets': targets_of(rng, n, 0.1), 'delta': delta}, {}


@reference('alrp', 'kemaloksuz aLRPLoss (restated)')
def a_lrp(inputs, _):
    logits, targets, delta, eps = (
        tensor(inputs['logits']),
        tensor(inputs['targets']),
        inputs['delta'],
        inputs.get('eps', 1e-5),
    )
    errors = tensor(inputs['regression_losses'])
    positive, negative, order = parts(logits, targets, delta)
    p, n = logits[positive], logits[negative]
    to_p, to_n, rank, precision = torch.zeros_like(p), torch.zeros_like(n), torch.zeros_like(p), torch.zeros_like(p)
    for i in order:
        others = above(p, p[i], delta)
        others[i] = 0
        relations = above(n, p[i], delta)
        among, false = 1 + others.sum(), relations.sum()
        rank[i] = among + false
        precision[i] = among / rank[i]
        if false > eps:
            to_p[i] = -((others * errors).sum() + false) / rank[i]
            to_n += relations * (-to_p[i] / false)
    grad = torch.zeros_like(logits)
    grad[positive], grad[negative] = to_p / len(p), to_n / len(p)
    return {
        'cls_loss': (1 - precision.mean()).item(),
        'rank': rank.tolist(),
        'order': order.tolist(),
        'grad': grad.tolist(),
    }


@variants(a_lrp)
def a_lrp_inputs(rng):
    for n, delta, positives in [(1000, 1.0, 0.05), (300, 0.5, 0.3), (600, 2.0, 0.1)]:
        targets = targets_of(rng, n, positives)
        errors = draw.uniform(rng, targets.count(1.0), 0, 1.5)
        yield (
            f'd{delta}',
            {'logits': draw.distinct(rng, n, 2), 'targets': targets, 'regression_losses': errors, 'delta': delta},
            {},
        )


@reference('ranksort', 'kemaloksuz RankSort (restated)')
def rank_sort(inputs, _):
    logits, targets, delta, eps = (
        tensor(inputs['logits']),
        tensor(inputs['targets']),
        inputs['delta'],
        inputs.get('eps', 1e-10),
    )
    positive, negative, order = parts(logits, targets, delta)
    p, n, quality = logits[positive], logits[negative], targets[positive]
    to_p, to_n, ranking, sorting = torch.zeros_like(p), torch.zeros_like(n), torch.zeros_like(p), torch.zeros_like(p)
    for i in order:
        others, relations = above(p, p[i], delta), above(n, p[i], delta)
        among, false = others.sum(), relations.sum()
        ranking[i] = false / (among + false)
        better = quality >= quality[i]
        current = (others * (1 - quality)).sum() / among
        rightly = others * better
        sorting[i] = current - (rightly * (1 - quality)).sum() / rightly.sum()
        if false > eps:
            to_p[i] -= ranking[i]
            to_n += relations * (ranking[i] / false)
        wrongly = others * ~better
        if wrongly.sum() > eps:
            to_p[i] -= sorting[i]
            to_p += wrongly * (sorting[i] / wrongly.sum())
    grad = torch.zeros_like(logits)
    grad[positive], grad[negative] = to_p / len(p), to_n / len(p)
    return {'rank_loss': ranking.mean().item(), 'sort_loss': sorting.mean().item(), 'grad': grad.tolist()}


@variants(rank_sort)
def rank_sort_inputs(rng):
    for n, delta, positives in [(1000, 0.5, 0.05), (400, 0.0, 0.2), (300, 1.0, 0.4), (200, 0.25, 0.1)]:
        targets = targets_of(rng, n, positives)
        quality = draw.uniform(rng, n, 0.02, 0.98)
        targets = [q if target == 1 else target for q, target in zip(quality, targets)]
        yield f'delta{delta}', {'logits': draw.distinct(rng, n, 1.5), 'targets': targets, 'delta': delta}, {}
