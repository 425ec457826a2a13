"""Prints, as JSON, what this Python offers to the notebooks; the doctor and the installer read it."""

import importlib.metadata
import json
import os
import re
import sys


def versions():
    """Version of every installed package by its canonical name; of two copies the one that an import would find."""
    found = {}
    for package in importlib.metadata.distributions():
        name = package.metadata["Name"]
        if name:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), package.version)
    return found


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
            "versions": versions(),
            **jupyter(),
        }
    )
)
