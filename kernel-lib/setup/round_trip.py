"""Starts a kernel by name, runs one cell in it and prints what came back as JSON: {"text": ...} or {"error": ...}."""

import json
import sys
import time

from jupyter_client.manager import start_new_kernel

name, code = sys.argv[1:3]
began = time.monotonic()
manager, client = start_new_kernel(kernel_name=name, startup_timeout=90)
answer = {"ready": time.monotonic() - began, "text": None, "error": None}


def take(message):
    content = message["content"]
    if message["msg_type"] == "execute_result":
        answer["text"] = content["data"].get("text/plain")
    elif message["msg_type"] == "error":
        answer["error"] = content["ename"] + ": " + content["evalue"]


try:
    client.execute_interactive(code, timeout=60, output_hook=take)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
answer["seconds"] = time.monotonic() - began
print(json.dumps(answer))
