"""References by the stem of the case names that they make, and what each makes new cases of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Record = dict[str, Any]
"""JSON values by name; numbers are those of float32, printed as doubles."""

Variant = tuple[str, Record, Record]
"""What follows the stem in the name, the inputs, and outputs of which the names (and the inputs of the steps) are known."""


@dataclass
class Reference:
    """A reference implementation, and inputs for it."""

    source: str
    run: Callable[[Record, Record], Record]
    """Outputs of inputs. The second record is the outputs of the case, for the names in it and the inputs of its steps."""
    variants: Callable[[np.random.Generator], Iterator[Variant]] | None = None
    notes: dict[str, str] = field(default_factory=dict)


REFERENCES: dict[str, Reference] = {}


def reference(stem: str, source: str) -> Callable:
    """Registers a function from inputs to outputs as the reference of a stem."""

    def register(run: Callable) -> Reference:
        REFERENCES[stem] = Reference(source, run)
        return REFERENCES[stem]

    return register


def variants(*references: Reference) -> Callable:
    """Registers a generator of inputs."""

    def register(make: Callable) -> Callable:
        for known in references:
            known.variants = make
        return make

    return register


def stem_of(name: str) -> str | None:
    """The longest stem that fits the name of a case."""
    fitting = [stem for stem in REFERENCES if name == stem or name.startswith(f'{stem}_')]
    return max(fitting, key=len, default=None)


class Ambiguous(Exception):
    """The reference's answer for these inputs depends on the order in which it happens to sort equal numbers."""
