"""Runs one notebook through its kernel, cell by cell, and says so while it happens.

    python execute_notebook.py INPUT OUTPUT [--kernel NAME] [--clean]

The executed notebook is written to OUTPUT even when a cell fails or Ctrl-C stops it. Parameters reach the notebook
through the environment. Exit code: 0 all cells ran, 1 a cell failed, 130 stopped.
"""

import argparse
import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path

# The imports below take a second; Ctrl-C meanwhile should not end in a traceback.
signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import ensure_async

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
EXCERPT_LINES = 12


def say(text):
    print(text, flush=True)


def title(source, width=60):
    lines = [line.strip() for line in source.splitlines()]
    first = next((line for line in lines if line and not line.startswith("//")), lines[0] if lines else "")
    return first if len(first) <= width else first[: width - 1] + "…"


def excerpt(source):
    lines = source.splitlines()
    shown = ["    | " + line for line in lines[:EXCERPT_LINES]]
    left = len(lines) - EXCERPT_LINES
    return "\n".join(shown + (["    | … %d more lines" % left] if left > 0 else []))


def traceback_of(cell):
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            text = "\n".join(output.traceback) or "%s: %s" % (output.ename, output.evalue)
            return ESCAPES.sub("", text)
    return None


def normalised(notebook):
    """Without what differs from run to run, so that a committed notebook only changes when its results do."""
    notebook.metadata.pop("papermill", None)
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        cell.metadata.pop("collapsed", None)
        cell["id"] = "cell-%02d" % index
        for output in cell.get("outputs", []):
            # A control lives as long as its kernel: what is saved of it names a model that is gone.
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return notebook


def write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".tmp")
    part.write_text(nbformat.writes(notebook), encoding="utf-8")
    os.replace(part, path)


class Run:
    """One execution; `stopped` is set by Ctrl-C, and then no further cell starts."""

    def __init__(self, notebook, folder, kernel):
        self.stopped = False
        self.started = False
        self.code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
        self.notebook = notebook
        self.began = 0.0
        self.failed = None
        self.client = NotebookClient(
            notebook,
            kernel_name=kernel,
            timeout=None,
            startup_timeout=120,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
            on_cell_execute=self.before,
            on_cell_executed=self.after,
        )

    def label(self, index):
        return "  [%d/%d]" % (self.code_cells.index(index) + 1, len(self.code_cells))

    def before(self, cell, cell_index):
        if cell_index in self.code_cells:
            self.began = time.monotonic()
            say("%s %s" % (self.label(cell_index), title(cell.source)))

    def after(self, cell, cell_index, execute_reply):
        if cell_index in self.code_cells:
            say("%s %.1f s" % (self.label(cell_index), time.monotonic() - self.began))

    async def execute(self):
        self.task = asyncio.current_task()
        self.listen()
        try:
            if not await self.start():
                return 1
            for index, cell in enumerate(self.notebook.cells):
                code = 130 if self.stopped else await self.execute_cell(cell, index)
                if code:
                    return code
        except asyncio.CancelledError:
            return 130
        finally:
            await self.close()
        return 0

    async def start(self):
        self.client.create_kernel_manager()
        try:
            await self.client.async_start_new_kernel()
            await self.client.async_start_new_kernel_client()
            info = await self.client.async_wait_for_reply(self.client.kc.kernel_info())
        except (NoSuchKernel, RuntimeError) as error:
            say("  the kernel did not start (%s); `npx recursivemas doctor` says why" % error)
            return False
        self.notebook.metadata["language_info"] = info["content"]["language_info"]
        self.started = True
        return True

    async def close(self):
        if self.client.kc is not None:
            self.client.kc.stop_channels()
        if self.client.km is not None and self.client.km.has_kernel:
            await ensure_async(self.client.km.shutdown_kernel(now=self.stopped))

    async def execute_cell(self, cell, index):
        try:
            await self.client.async_execute_cell(cell, index)
        except CellExecutionError as error:
            if self.stopped:
                return 130
            self.failed = (index, traceback_of(cell) or str(error))
            return 1
        except DeadKernelError:
            if self.stopped:
                return 130
            self.failed = (index, "The kernel ended while this cell ran. Was the machine short of memory?")
            return 1
        return 0

    def listen(self):
        """The first Ctrl-C interrupts the cell, so that it keeps what it has; the second ends the kernel."""
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                asyncio.get_running_loop().add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows: Ctrl-C ends the run at once
                return

    def stop(self):
        if self.stopped or not self.started:
            say("  ending the kernel")
            self.task.cancel()
        else:
            say("  stopping this cell; Ctrl-C again ends the kernel")
            self.interrupt = asyncio.ensure_future(ensure_async(self.client.km.interrupt_kernel()))
        self.stopped = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("input", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--clean", action="store_true", help="normalise what differs from run to run")
    arguments = parser.parse_args()
    notebook = nbformat.read(arguments.input, as_version=4)
    run = Run(notebook, arguments.input.resolve().parent, arguments.kernel)
    try:
        code = asyncio.run(run.execute())
    finally:
        write(normalised(notebook) if arguments.clean else notebook, arguments.output)
    if run.failed:
        index, traceback = run.failed
        say("\n  %s failed:\n%s\n\n%s\n" % (run.label(index).strip(), excerpt(notebook.cells[index].source), traceback))
    return code


if __name__ == "__main__":
    sys.exit(main())
