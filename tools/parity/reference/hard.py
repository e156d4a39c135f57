"""Hard examples: SSD's mining, the official OHEM."""

import types

import numpy as np
from mmdet.models.dense_heads import SSDHead

import draw
from registry import reference, variants
from torch_values import longs, tensor, value_and_gradient


@reference('mmdet_ssd_hnm', 'mmdet 3.3.0 SSDHead.loss_by_feat_single')
def ssd(inputs, _):
    head = types.SimpleNamespace(
        num_classes=inputs['num_classes'],
        train_cfg={'neg_pos_ratio': inputs['neg_pos_ratio'], 'smoothl1_beta': inputs['smoothl1_beta']},
        reg_decoded_bbox=False,
    )
    rest = [None, longs(inputs['labels'])] + [
        tensor(inputs[name]) for name in ('label_weights', 'bbox_targets', 'bbox_weights')
    ]
    pred = tensor(inputs['bbox_pred'])
    single = SSDHead.loss_by_feat_single
    loss, grad = value_and_gradient(
        lambda z: single(head, z, pred, *rest, inputs['avg_factor'])[0], inputs['cls_score']
    )
    _, box = single(head, tensor(inputs['cls_score']), pred, *rest, inputs['avg_factor'])
    return {'loss_cls': loss, 'loss_bbox': box.item(), 'grad_cls': grad}


@variants(ssd)
def ssd_inputs(rng):
    for suffix, n, c, ratio, beta, positives in [
        ('n1000', 1000, 20, 3, 1.0, 0.02),
        ('r2_b0.11', 300, 5, 2, 1 / 9, 0.1),
        ('few_negatives', 60, 3, 3, 1.0, 0.5),
        ('nopos', 100, 4, 3, 1.0, 0),
        ('weighted', 200, 4, 3, 1.0, 0.1),
    ]:
        labels = draw.labels(rng, n, c, positives)
        positive = [label < c for label in labels]
        yield (
            suffix,
            {
                'cls_score': draw.normal(rng, (n, c + 1), 3),
                'labels': labels,
                'label_weights': draw.floats(rng.choice([0.3, 1, 1.7], n))
                if suffix == 'weighted'
                else [1.0 if is_positive else weight for is_positive, weight in zip(positive, draw.weights(rng, n))],
                'bbox_pred': draw.normal(rng, (n, 4)),
                'bbox_targets': [
                    row if is_positive else [0.0] * 4 for is_positive, row in zip(positive, draw.normal(rng, (n, 4)))
                ],
                'bbox_weights': [[float(is_positive)] * 4 for is_positive in positive],
                'neg_pos_ratio': ratio,
                'smoothl1_beta': beta,
                'avg_factor': max(1, sum(positive)),
                'num_classes': c,
            },
            {},
        )


def nms(boxes, scores, threshold: float) -> list[int]:
    """py_cpu_nms: pixels are counted, so that sides are one longer."""
    x1, y1, x2, y2 = boxes.T
    areas = (x2 - x1 + 1) * (y2 - y1 + 1)
    order, kept = scores.argsort()[::-1], []
    while order.size:
        i, rest = order[0], order[1:]
        kept.append(i)
        w = np.maximum(0, np.minimum(x2[i], x2[rest]) - np.maximum(x1[i], x1[rest]) + 1)
        h = np.maximum(0, np.minimum(y2[i], y2[rest]) - np.maximum(y1[i], y1[rest]) + 1)
        inter = w * h
        order = rest[inter / (areas[i] + areas[rest] - inter) <= threshold]
    return kept


@reference('ohem_official', 'abhi2610/ohem get_ohem_minibatch (restated)')
def ohem(inputs, _):
    rois, labels, loss = (np.asarray(inputs[name], np.float64) for name in ('rois', 'labels', 'loss'))
    kept = []
    for image in np.unique(rois[:, 0]):
        for label in np.unique(labels):
            group = np.where((labels == label) & (rois[:, 0] == image))[0]
            if group.size:
                kept.extend(group[nms(rois[group, 1:], loss[group], inputs['nms_thresh'])])
    kept = np.asarray(kept)

    def hardest(indices):
        return indices[loss[indices].argsort()[::-1]][: inputs['batch_size']].tolist()

    return {'selected_with_nms': hardest(kept), 'selected_without_nms': hardest(np.arange(len(loss)))}


@variants(ohem)
def ohem_inputs(rng):
    for suffix, n, images, classes, count, threshold in [
        ('n500', 500, 2, 4, 64, 0.7),
        ('n1000_i3', 1000, 3, 20, 128, 0.5),
        ('n40_all', 40, 1, 2, 64, 0.3),
        ('mixed_images', 300, 4, 3, 50, 0.6),
    ]:
        boxes = np.asarray(draw.clusters(rng, n, 12))
        image = rng.integers(0, images, n)
        image = image if suffix == 'mixed_images' else np.sort(image)
        yield (
            suffix,
            {
                'rois': np.concatenate([image[:, None], boxes], 1).tolist(),
                'labels': np.where(rng.random(n) < 0.25, rng.integers(1, classes + 1, n), 0).astype(float).tolist(),
                'loss': [abs(value) for value in draw.distinct(rng, n, 2)],
                'batch_size': count,
                'nms_thresh': threshold,
            },
            {},
        )
