"""Random inputs, rounded to float32."""

import numpy as np

Draw = np.random.Generator


def floats(values) -> list:
    """As JSON: doubles that are float32 numbers."""
    return np.asarray(values, np.float32).astype(np.float64).tolist()


def normal(draw: Draw, shape, scale: float = 1.0) -> list:
    return floats(draw.normal(0, scale, shape))


def uniform(draw: Draw, shape, low: float = 0.0, high: float = 1.0) -> list:
    return floats(draw.uniform(low, high, shape))


def distinct(draw: Draw, n: int, scale: float) -> list[float]:
    """Normal numbers of which no two are equal in float32."""
    values = draw.normal(0, scale, n).astype(np.float32)
    while len(np.unique(values)) < n:
        values = draw.normal(0, scale, n).astype(np.float32)
    return floats(values)


def logits(draw: Draw, shape, scale: float = 3.0) -> list:
    """N(0, scale), one in two hundred of them saturated."""
    values = draw.normal(0, scale, shape)
    saturated = draw.random(shape) < 1 / 200
    values[saturated] = draw.choice([-100, -30, 30, 100], saturated.sum())
    return floats(values)


def labels(draw: Draw, n: int, classes: int, positives: float = 0.2) -> list[int]:
    """Class indices; `classes` is background."""
    return np.where(draw.random(n) < positives, draw.integers(0, classes, n), classes).tolist()


def weights(draw: Draw, n: int, ignored: float = 0.1) -> list[float]:
    """Label weights 1, some of them 0."""
    return (draw.random(n) >= ignored).astype(float).tolist()


def boxes(draw: Draw, n: int, size: float = 300.0, low: float = 6.0, high: float = 90.0) -> list:
    """[n, 4] corners."""
    corner = draw.uniform(0, size, (n, 2))
    return floats(np.concatenate([corner, corner + draw.uniform(low, high, (n, 2))], 1))


def near(draw: Draw, given, jitter: float = 0.15) -> list:
    """Boxes that overlap the given ones."""
    given = np.asarray(given)
    extent = np.tile(given[:, 2:] - given[:, :2], 2)
    moved = given + draw.normal(0, jitter, given.shape) * extent
    return floats(
        np.concatenate([np.minimum(moved[:, :2], moved[:, 2:]), np.maximum(moved[:, :2], moved[:, 2:]) + 1], 1)
    )


def clusters(draw: Draw, n: int, count: int, size: float = 300.0, jitter: float = 0.1) -> list:
    """Boxes around a few."""
    seeds = np.asarray(boxes(draw, count, size, 20, 120))
    return near(draw, seeds[draw.integers(0, count, n)], jitter)
