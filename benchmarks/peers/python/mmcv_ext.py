"""Stands in for mmcv/_ext, its compiled operations, which no registry has: importing them works, calling one raises."""


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)

    def missing(*_args, **_kwargs):
        raise NotImplementedError(f"mmcv._ext.{name} is not compiled")

    return missing
