"""Makes reference cases in the format of golden.json by running the reference implementations on inputs of another seed.

generate.py OUT.json [--seed N] [--only STEM]    new cases
generate.py --verify golden.json [--only STEM]   compares the references here with the outputs of given cases
"""

import argparse
import importlib
import json
import math
import sys
import warnings
import zlib

sys.dont_write_bytecode = True

import numpy as np
import torch

from registry import REFERENCES, Ambiguous, stem_of

ATTEMPTS = 20

# Each registers its references; the first must come before anything of mmdet.
MODULES = [
    'without_extension',
    'anchors',
    'assigners',
    'boxes',
    'coco',
    'focal',
    'further_losses',
    'ghm',
    'hard',
    'pisa',
    'ranking',
    'sampling',
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('out', nargs='?')
    parser.add_argument('--verify', metavar='GOLDEN')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    if (options.out is None) == (options.verify is None):
        parser.error('expected either OUT.json or --verify GOLDEN')
    warnings.simplefilter('ignore')
    for module in MODULES:
        importlib.import_module(module)
    torch.set_num_threads(1)
    return verify(options.verify, options.only) if options.verify else generate(options.out, options.seed, options.only)


def generate(out: str, seed: int, only: str) -> int:
    cases = {}
    for stem, known in REFERENCES.items():
        if only not in stem or known.variants is None:
            continue
        for name, source, inputs, outputs in cases_of(stem, known, seed):
            cases[name] = {'source': source, 'inputs': inputs, 'outputs': outputs, 'note': ''}
    with open(out, 'w') as file:
        json.dump(named({'meta': {'torch': torch.__version__, 'seed': seed}, 'cases': cases}), file)
    print(f'{len(cases)} cases in {out}')
    return 0


def cases_of(stem, known, seed):
    """Draws again where the reference's answer would depend on its sort."""
    done = set()
    for attempt in range(ATTEMPTS):
        again = False
        for suffix, inputs, wanted in known.variants(np.random.default_rng([seed, attempt, zlib.crc32(stem.encode())])):
            if suffix in done:
                continue
            try:
                outputs = known.run(inputs, wanted)
            except Ambiguous:
                again = True
                continue
            done.add(suffix)
            yield f'{stem}_{suffix}', known.source, inputs, outputs
        if not again:
            return
    print(f'{stem}: some variants are ambiguous in each of {ATTEMPTS} draws', file=sys.stderr)


def verify(golden: str, only: str) -> int:
    with open(golden) as file:
        cases = unnamed(json.load(file))['cases']
    failed = 0
    for name, case in cases.items():
        if only not in name:
            continue
        stem = stem_of(name)
        try:
            got = REFERENCES[stem].run(case['inputs'], case['outputs']) if stem else None
            problem = difference(case['outputs'], got) if stem else 'no reference'
        except Ambiguous:
            problem = 'ambiguous'
        failed += problem is not None
        print(f'{"FAILED" if problem else "ok    "} {name}  {problem or ""}')
    print(f'{failed} failed')
    return int(failed > 0)


def difference(wanted, got, at: str = '') -> str | None:
    """The first number that is not near."""
    if isinstance(wanted, dict):
        known = got if isinstance(got, dict) else {}
        pairs = [(f'{at}.{key}', value, known.get(key)) for key, value in wanted.items()]
    elif isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            return f'{at}: {wanted!s:.80} != {got!s:.80}'
        pairs = [(f'{at}[{i}]', a, b) for i, (a, b) in enumerate(zip(wanted, got))]
    else:
        return None if near(wanted, got, 1e-7 if '.grad' in at else 1e-6) else f'{at}: expected {wanted}, got {got}'
    return next(filter(None, (difference(a, b, path) for path, a, b in pairs)), None)


def near(wanted, got, absolute: float) -> bool:
    if not isinstance(wanted, float) or not isinstance(got, (int, float)):
        return wanted == got
    if math.isnan(wanted) or math.isinf(wanted):
        return wanted == got or math.isnan(wanted) and math.isnan(got)
    return abs(got - wanted) <= absolute + 1e-5 * abs(wanted)


SPECIAL = {'NaN': math.nan, 'Infinity': math.inf, '-Infinity': -math.inf}


def named(value):
    """JSON has no NaN: it is a string there."""
    if isinstance(value, dict):
        return {key: named(each) for key, each in value.items()}
    if isinstance(value, list):
        return [named(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return 'NaN' if math.isnan(value) else 'Infinity' if value > 0 else '-Infinity'
    return value


def unnamed(value):
    if isinstance(value, dict):
        return {key: unnamed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [unnamed(each) for each in value]
    return SPECIAL.get(value, value) if isinstance(value, str) else value


if __name__ == '__main__':
    sys.exit(main())
