"""PISA: ISR-P, CARL, Score-HLR."""

import types
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F
from mmdet.models.losses import CrossEntropyLoss, FocalLoss, SmoothL1Loss, carl_loss, isr_p
from mmdet.models.task_modules import AssignResult, DeltaXYWHBBoxCoder, ScoreHLRSampler
from mmdet.models.task_modules.samplers import score_hlr_sampler
from mmdet.structures.bbox import bbox_overlaps
from mmengine.structures import InstanceData

import draw
from registry import Ambiguous, reference, variants
from torch_values import boxes, longs, tensor


def coder_of(inputs) -> DeltaXYWHBBoxCoder:
    return DeltaXYWHBBoxCoder(target_stds=inputs.get('target_stds', [0.1, 0.1, 0.2, 0.2]))


def isr(inputs, wanted, loss) -> dict:
    labels, classes = longs(inputs['labels']), inputs['num_class']
    positive = (labels >= 0) & (labels < classes)
    priors = tensor(inputs['rois'] if 'rois' in inputs else inputs['anchors'])
    sampled = [types.SimpleNamespace(pos_assigned_gt_inds=longs(ids)) for ids in inputs['pos_assigned_gt_inds']]
    coder, targets = coder_of(inputs), boxes(inputs['bbox_targets'])

    def weights(name):
        k, bias = power_of(name, inputs)
        given = (labels, tensor(inputs['label_weights']), targets, None)
        return isr_p(
            tensor(inputs['cls_score']),
            tensor(inputs['bbox_pred']),
            given,
            priors,
            sampled,
            loss,
            coder,
            k,
            bias,
            classes,
        )[1].tolist()

    outputs = {name: weights(name) for name in wanted if name.startswith('label_weights')}
    ious = own_ious(inputs, labels, positive, priors[:, -4:], coder, targets)
    reject_ties(ious, labels[positive], sampled)
    if 'pos_ious' in wanted:
        outputs['pos_ious'] = ious.tolist()
    return outputs


def own_ious(inputs, labels, positive, priors, coder, targets):
    pred = tensor(inputs['bbox_pred'])
    pred = pred.view(len(pred), -1, 4)
    own = pred[positive, labels[positive] if pred.shape[1] > 1 else torch.zeros_like(labels[positive])]
    return bbox_overlaps(
        coder.decode(priors[positive], own), coder.decode(priors[positive], targets[positive]), is_aligned=True
    )


def reject_ties(ious, labels, sampled):
    """Keys that are equal in float32 come out in the order of an unstable sort."""
    ids, last = [], 0
    for image in sampled:
        ids.append(image.pos_assigned_gt_inds + last)
        last = ids[-1].max() + 1 if len(ids[-1]) else last
    if not len(labels):
        return
    ids, keys, most = torch.cat(ids), ious.clone(), labels.bincount().max()
    for label in labels.unique():
        for truth in ids[labels == label].unique():
            group = ((labels == label) & (ids == truth)).nonzero().view(-1)
            if len(ious[group].unique()) < len(group):
                raise Ambiguous
            keys[group] += most - ious[group].argsort(descending=True).argsort().float()
        if len(keys[labels == label].unique()) < (labels == label).sum():
            raise Ambiguous


def power_of(name, inputs):
    parts = name.removeprefix('label_weights').split('_')
    if parts == ['']:
        return inputs.get('k', 2), inputs.get('bias', 0)
    said = '_'.join(parts[1:])
    k, bias = said.removeprefix('k').split('_b')
    return float(k.replace('_', '.')), float(bias.replace('_', '.'))


@reference('mmdet_isr_p_softmax', 'mmdet 3.3.0 isr_p + CrossEntropyLoss')
def isr_softmax(inputs, wanted):
    return isr(inputs, wanted, CrossEntropyLoss())


@reference('mmdet_isr_p_focal', 'mmdet 3.3.0 isr_p + FocalLoss (RetinaNet style)')
def isr_focal(inputs, wanted):
    return isr(inputs, wanted, FocalLoss(alpha=inputs.get('alpha', 0.25), gamma=inputs.get('gamma', 2.0)))


def scene(rng, images: int, per_image: int, classes: int, truths: int, positives: float):
    """Rows of several images, positives of which overlap their truth more or less."""
    labels, ids, image = [], [], []
    class_of_truth = rng.integers(0, classes, (images, truths))
    for i in range(images):
        # The last image of three has no positives.
        rate = 0 if images > 2 and i == images - 1 else positives
        truth = rng.integers(0, truths, per_image)
        positive = rng.random(per_image) < rate
        labels += np.where(positive, class_of_truth[i, truth], classes).tolist()
        ids.append(truth[positive].tolist())
        image += [i] * per_image
    n = images * per_image
    targets = rng.normal(0, 0.5, (n, 4))
    return n, labels, ids, image, draw.floats(targets), targets


def isr_inputs(rng, softmax: bool):
    cases = [
        ('i2', 2, 60, 5, 4, 0.3, False),
        ('i4', 4, 100, 8, 6, 0.15, False),
        ('i1', 1, 150, 3, 10, 0.3, True),
        ('nopos', 2, 20, 3, 3, 0, False),
        ('zero_weights', 2, 40, 3, 4, 0.4, True),
    ]
    for suffix, images, per_image, classes, truths, positives, weighted in cases:
        n, labels, ids, image, target_list, targets = scene(rng, images, per_image, classes, truths, positives)
        columns = classes if softmax else 1
        pred = np.tile(targets, columns) + rng.normal(0, 0.8, (n, 4 * columns))
        anchors = draw.boxes(rng, n)
        priors = (
            {'rois': np.concatenate([np.asarray(image)[:, None], anchors], 1).tolist()}
            if softmax
            else {'anchors': anchors}
        )
        inputs = {
            'cls_score': draw.normal(rng, (n, classes + 1 if softmax else classes), 2),
            'bbox_pred': draw.floats(pred),
            'labels': labels,
            'label_weights': draw.floats(rng.choice([0 if suffix == 'zero_weights' else 0.5, 1, 2], n))
            if weighted
            else [1.0] * n,
            'bbox_targets': target_list,
            **priors,
            'pos_assigned_gt_inds': ids,
            'num_class': classes,
        }
        if softmax:
            outputs = dict.fromkeys(['label_weights_k2_b0', 'label_weights_k1_5_b0_3', 'label_weights_k0_5_b0_1'])
            if positives:
                outputs['pos_ious'] = None
            yield suffix, {**inputs, 'target_stds': [0.1, 0.1, 0.2, 0.2]}, outputs
        else:
            yield suffix, inputs, {'label_weights': None}


variants(isr_softmax)(lambda rng: isr_inputs(rng, True))
variants(isr_focal)(lambda rng: isr_inputs(rng, False))


def carl(inputs, sigmoid: bool) -> dict:
    scores, deltas = tensor(inputs['cls_score']).requires_grad_(), tensor(inputs['bbox_pred']).requires_grad_()
    loss = carl_loss(
        scores,
        longs(inputs['labels']),
        deltas,
        boxes(inputs['bbox_targets']),
        SmoothL1Loss(beta=inputs.get('beta', 1.0), loss_weight=inputs.get('loss_weight', 1.0)),
        k=inputs['k'],
        bias=inputs['bias'],
        avg_factor=inputs.get('avg_factor'),
        sigmoid=sigmoid,
        num_class=inputs['num_class'],
    )['loss_carl']
    loss.sum().backward()
    grad_bbox = torch.zeros_like(deltas) if deltas.grad is None else deltas.grad
    return {'loss': loss.tolist(), 'grad_cls': scores.grad.tolist(), 'grad_bbox': grad_bbox.tolist()}


@reference('mmdet_carl_softmax', 'mmdet 3.3.0 carl_loss, SmoothL1Loss(beta=1)')
def carl_softmax(inputs, _):
    return carl(inputs, False)


@reference('mmdet_carl_sigmoid', 'mmdet 3.3.0 carl_loss, SmoothL1Loss(beta=1)')
def carl_sigmoid(inputs, _):
    return carl(inputs, True)


def carl_inputs(rng, softmax: bool):
    for suffix, n, classes, k, bias, positives, agnostic in [
        ('n300', 300, 8, 1, 0.2, 0.2, False),
        ('k2_b0.5', 80, 3, 2, 0.5, 0.4, False),
        ('agnostic', 100, 5, 0.5, 0.1, 0.3, True),
        ('nopos', 40, 3, 1, 0.2, 0, False),
    ]:
        inputs = {
            'cls_score': draw.normal(rng, (n, classes + softmax), 2),
            'labels': draw.labels(rng, n, classes, positives),
            'bbox_pred': draw.normal(rng, (n, 4 if agnostic else 4 * classes)),
            'bbox_targets': draw.normal(rng, (n, 4), 0.5),
            'k': k,
            'bias': bias,
            'avg_factor': n if softmax else max(1, n // 5),
            'num_class': classes,
        }
        yield suffix, inputs, {}
        if suffix == 'k2_b0.5':
            by_rows = {name: value for name, value in inputs.items() if name != 'avg_factor'}
            yield 'rows_b0.11_w2', {**by_rows, 'beta': 0.11, 'loss_weight': 2.0}, {}


variants(carl_softmax)(lambda rng: carl_inputs(rng, True))
variants(carl_sigmoid)(lambda rng: carl_inputs(rng, False))


def nms_match(dets, threshold: float):
    """mmcv's: greedy, a box goes to the first kept one that it overlaps by the threshold or more; a group is in descending score."""
    boxes_, scores = dets[:, :4].numpy(), dets[:, 4].numpy()
    x1, y1, x2, y2 = boxes_.T
    areas = (x2 - x1) * (y2 - y1)
    order = np.argsort(-scores, kind='stable')
    free, groups = np.ones(len(scores), bool), []
    for at, i in enumerate(order):
        if not free[i]:
            continue
        rest = order[at + 1 :][free[order[at + 1 :]]]
        w = np.maximum(np.float32(0), np.minimum(x2[i], x2[rest]) - np.maximum(x1[i], x1[rest]))
        h = np.maximum(np.float32(0), np.minimum(y2[i], y2[rest]) - np.maximum(y1[i], y1[rest]))
        inter = w * h
        taken = rest[inter / (areas[i] + areas[rest] - inter) >= threshold]
        free[taken] = False
        groups.append(np.concatenate([[i], taken]))
    keys = np.concatenate([np.float32(len(scores)) - np.arange(len(g), dtype=np.float32) + scores[g] for g in groups])
    if len(np.unique(keys)) < len(keys) or len(np.unique(scores)) < len(scores):
        raise Ambiguous
    return groups


@reference(
    'mmdet_score_hlr',
    'mmdet 3.3.0 ScoreHLRSampler (torch.manual_seed(3) for the random part); nms_match re-stated from mmcv C++',
)
def score_hlr(inputs, _):
    priors, gt_inds = boxes(inputs['priors']), longs(inputs['gt_inds'])
    negatives = (gt_inds == 0).nonzero().view(-1)
    forward = {'cls_score': tensor(inputs['cls_score'])[negatives], 'bbox_pred': tensor(inputs['bbox_pred'])[negatives]}

    def loss(cls_score, labels, **_):
        return {'loss_cls': F.cross_entropy(cls_score, labels, reduction='none')}

    head = types.SimpleNamespace(num_classes=inputs['num_classes'], bbox_coder=coder_of(inputs), loss=loss)
    context = types.SimpleNamespace(
        bbox_roi_extractor=None, bbox_head=head, with_shared_head=False, _bbox_forward=lambda *_: forward
    )
    options = {name: inputs[name] for name in ('num', 'pos_fraction', 'k', 'bias', 'score_thr', 'iou_thr')}
    sampler = ScoreHLRSampler(
        context=context, neg_pos_ub=inputs.get('neg_pos_ub', -1), add_gt_as_proposals=False, **options
    )
    truths = max(1, int(gt_inds.max()))
    given = AssignResult(truths, gt_inds, torch.zeros(len(gt_inds)), torch.zeros(len(gt_inds), dtype=torch.long))
    with mock.patch.object(score_hlr_sampler, 'nms_match', nms_match):
        torch.manual_seed(inputs.get('seed', 3))
        result, weights = sampler.sample(
            given,
            InstanceData(priors=priors),
            InstanceData(bboxes=torch.zeros(truths, 4), labels=torch.zeros(truths, dtype=torch.long)),
            feats=None,
        )
    return {
        'pos_inds': result.pos_inds.tolist(),
        'neg_inds': result.neg_inds.tolist(),
        'neg_label_weights': weights.tolist(),
    }


@variants(score_hlr)
def score_hlr_inputs(rng):
    cases = [
        ('num64', 300, 5, 64, 0.25, 0.5, 0.0, 0.6, 0.5, None),
        ('num256_fill', 300, 3, 256, 0.25, 1.0, 0.2, 0.7, 0.5, None),
        ('num512_all', 200, 8, 512, 0.25, 0.5, 0.0, 0.05, 0.3, None),
        ('novalid', 150, 4, 32, 0.25, 0.5, 0.0, 0.9999, 0.5, None),
        ('pos_draw', 200, 4, 40, 0.25, 0.5, 0.1, 0.5, 0.6, None),
        ('seed11', 200, 4, 100, 0.5, 2.0, 0.0, 0.8, 0.5, 11),
        ('ub2', 200, 4, 100, 0.25, 0.5, 0.0, 0.5, 0.5, None),
    ]
    for suffix, n, classes, num, fraction, k, bias, score_thr, iou_thr, seed in cases:
        positives = 0.3 if suffix == 'pos_draw' else 0.08
        gt_inds = np.where(rng.random(n) < positives, rng.integers(1, 4, n), 0)
        gt_inds[rng.random(n) < 0.05] = -1
        inputs = {
            'priors': draw.clusters(rng, n, 25),
            'gt_inds': gt_inds.tolist(),
            'cls_score': draw.normal(rng, (n, classes + 1), 1.5),
            'bbox_pred': draw.normal(rng, (n, 4 * classes), 0.5),
            'num': num,
            'pos_fraction': fraction,
            'k': k,
            'bias': bias,
            'score_thr': score_thr,
            'iou_thr': iou_thr,
            'num_classes': classes,
            'target_stds': [0.1, 0.1, 0.2, 0.2],
        }
        if suffix == 'ub2':
            inputs['neg_pos_ub'] = 2
        yield suffix, inputs if seed is None else {**inputs, 'seed': seed}, {}
