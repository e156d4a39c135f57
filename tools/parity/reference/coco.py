"""COCO evaluation of boxes."""

import contextlib
import copy
import io

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from registry import reference, variants


@reference('coco_eval_bbox', 'pycocotools 2.0.11 COCOeval bbox')
def evaluate(inputs, _):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = copy.deepcopy(inputs['gt'])
        truth.dataset.setdefault('info', {})
        truth.createIndex()
        found = truth.loadRes(copy.deepcopy(inputs['dt']))
        evaluation = COCOeval(truth, found, 'bbox')
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval['precision'][:, :, :, 0, -1]
    each = [precision[:, :, k] for k in range(precision.shape[2])]
    means = [float(values[values > -1].mean()) if (values > -1).any() else -1 for values in each]
    return {'stats': evaluation.stats.tolist(), 'per_category_ap': means}


@variants(evaluate)
def evaluate_inputs(rng):
    for suffix, images, categories, truths, spread, first in [
        ('i40', 40, 8, 6, 0.1, 1),
        ('crowded', 10, 3, 40, 0.05, 1),
        ('id0', 15, 4, 5, 0.1, 0),
        ('poor', 25, 5, 4, 0.5, 1),
        ('many', 3, 2, 150, 0.1, 1),
    ]:
        yield suffix, scene(rng, images, categories, truths, spread, first), {}


def scene(rng, images, categories, truths, spread, first) -> dict:
    annotations, found = [], []
    for image in range(1, images + 1):
        for _ in range(rng.poisson(truths)):
            w, h = (rng.choice([8, 25, 60, 150], 2) * rng.uniform(0.6, 1.6, 2)).round()
            x, y = rng.integers(0, 300, 2)
            # The last category has no truth.
            category = int(rng.integers(1, categories))
            box = [int(x), int(y), int(w), int(h)]
            annotations.append(
                {
                    'id': first + len(annotations),
                    'image_id': image,
                    'category_id': category,
                    'bbox': box,
                    'area': int(w * h),
                    'iscrowd': int(rng.random() < 0.08),
                }
            )
            for _ in range(rng.integers(0, 4)):
                moved = np.asarray(box) + rng.normal(0, spread, 4) * [w, h, w, h]
                moved[2:] = np.maximum(moved[2:], 1)
                wrong = rng.random() < 0.15
                found.append(
                    {
                        'image_id': image,
                        'category_id': int(rng.integers(1, categories + 1)) if wrong else category,
                        'bbox': moved.round(2).tolist(),
                        'score': round(float(rng.random()), 2),
                    }
                )
    return {
        'gt': {
            'images': [{'id': image, 'width': 300, 'height': 300} for image in range(1, images + 1)],
            'annotations': annotations,
            'categories': [{'id': category, 'name': str(category)} for category in range(1, categories + 1)],
        },
        'dt': found,
    }
