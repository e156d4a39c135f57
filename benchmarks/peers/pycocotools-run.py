"""Times pycocotools once on a ground truth and a results file; prints one JSON line. Started by pycocotools.ts."""

import contextlib
import io
import json
import sys
import time

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def main(ground_truth_file: str, detection_file: str) -> None:
    with open(detection_file) as file:
        detections = json.load(file)
    with contextlib.redirect_stdout(io.StringIO()):
        ground_truth = COCO(ground_truth_file)  # its indexing is not timed
        start = time.perf_counter()
        results = ground_truth.loadRes(detections)
        loaded = time.perf_counter()
        evaluation = COCOeval(ground_truth, results, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        end = time.perf_counter()
    print(
        json.dumps(
            {"load": loaded - start, "evaluate": end - loaded, "stats": evaluation.stats.tolist()}
        )
    )


main(sys.argv[1], sys.argv[2])
