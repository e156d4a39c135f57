"""Lets mmcv-lite stand in for mmcv: operations that are compiled in mmcv can be imported, and raise when they are called."""

import sys
import types


class _Missing(types.ModuleType):
    def __getattr__(self, name: str):
        if name.startswith('__'):
            raise AttributeError(name)

        def missing(*_args, **_options):
            raise NotImplementedError(f'mmcv._ext.{name} is not compiled')

        return missing


sys.modules['mmcv._ext'] = _Missing('mmcv._ext')
