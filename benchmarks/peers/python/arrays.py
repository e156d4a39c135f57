"""Reads the inputs that inputs/arrays.ts wrote: arrays.json names shape and type of each raw file."""

import json
import os

import numpy as np


def read_arrays(folder: str) -> dict:
    with open(os.path.join(folder, "arrays.json")) as file:
        index = json.load(file)
    return {
        name: np.fromfile(os.path.join(folder, f"{name}.bin"), dtype=entry["dtype"]).reshape(entry["shape"])
        for name, entry in index.items()
    }
