"""Prints, as JSON, what this Python offers to the notebooks; the doctor and the installer read it."""

import importlib.metadata
import json
import os
import sys


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def jupyter():
    try:
        from jupyter_core.paths import jupyter_data_dir, jupyter_path
    except ImportError:
        return {"kernelFolders": [], "extensionFolders": [], "userFolder": None}
    return {
        "kernelFolders": jupyter_path("kernels"),
        "extensionFolders": jupyter_path("labextensions"),
        "userFolder": jupyter_data_dir(),
    }


print(
    json.dumps(
        {
            "executable": sys.executable,
            "python": ".".join(map(str, sys.version_info[:3])),
            "prefix": sys.prefix,
            "prefixWritable": os.access(sys.prefix, os.W_OK),
            "versions": {name: version(name) for name in ("jupyterlab", "jupyter_client", "nbclient", "nbformat")},
            **jupyter(),
        }
    )
)
