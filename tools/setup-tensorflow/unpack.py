"""Takes libtensorflow and the headers of its C API out of a wheel: unpack.py WHEEL FOLDER."""

import os
import re
import shutil
import sys
import zipfile

wheel, folder = sys.argv[1:]
wanted = re.compile(
    r"^tensorflow/(libtensorflow(_cc|_framework)\.so\.2$"
    r"|include/(tensorflow/c/|tensorflow/core/platform/ctstring|tsl/platform/ctstring|tsl/c/|xla/tsl/c/|tensorflow/tsl/).*\.h$)"
)
with zipfile.ZipFile(wheel) as archive:
    for name in filter(wanted.match, archive.namelist()):
        target = os.path.join(folder, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
