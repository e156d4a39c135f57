"""One peer library in a process of its own. Told by lines of JSON on stdin, answers by lines of JSON on stdout.

    python worker.py MODULE DEVICE THREADS

{"probe": true} -> {"versions": {...}}
{"load": IMPLEMENTATION, "work": NAME, "folder": INPUTS} -> {"loaded": true}
{"run": COUNT} -> {"times": [milliseconds, ...]}
{"check": FOLDER} -> {"times": [that of one call, whose outputs lie there as raw float32]}
Whatever goes wrong is {"error": ...}; the process goes on.
"""

import importlib
import json
import os
import sys
import time

import numpy as np

from arrays import read_arrays

# Libraries talk on stdout: what they say goes to stderr, and answers go where stdout was.
ANSWERS = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


class Worker:
    def __init__(self, module: str, device: str, threads: int) -> None:
        self.peer = importlib.import_module(module)
        self.peer.start(device, threads)
        self.step = None

    def answer(self, told: dict) -> dict:
        if "load" in told:
            self.step = None
            prepare = self.peer.WORKS[(told["load"], told["work"])]
            self.step = prepare(read_arrays(told["folder"]))
            return {"loaded": True}
        if "run" in told:
            return {"times": [self.timed()[0] for _ in range(told["run"])]}
        if "check" in told:
            time_taken, outputs = self.timed()
            for place, output in enumerate(outputs):
                values = np.ascontiguousarray(self.peer.to_numpy(output), dtype=np.float32)
                values.tofile(os.path.join(told["check"], f"{place}.bin"))
            return {"times": [time_taken]}
        return {"versions": self.peer.versions()}

    def timed(self) -> tuple:
        start = time.perf_counter()
        outputs = self.step()
        self.peer.synchronize(outputs)
        return 1e3 * (time.perf_counter() - start), outputs


def say(answer: dict) -> None:
    ANSWERS.write(json.dumps(answer) + "\n")


def words_of(error: Exception) -> dict:
    first = str(error).strip().split("\n")[0]
    return {"error": f"{type(error).__name__}: {first}"}


def main(module: str, device: str, threads: str) -> None:
    try:
        worker = Worker(module, device, int(threads))
    except Exception as error:
        say(words_of(error))
        return
    for line in sys.stdin:
        try:
            say(worker.answer(json.loads(line)))
        except Exception as error:
            say(words_of(error))


main(*sys.argv[1:])
