"""Jupyter's own conformance suite against the installed kernel.

    pip install jupyter_kernel_test && python test/kernel/conformance.py
"""

import unittest

import jupyter_kernel_test

KERNEL = "recursivemas"


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [{"text": "'text'.toUpp", "matches": {"toUpperCase"}}]
    complete_code_samples = ["1 + 1", "const f = (x: number) => x;"]
    incomplete_code_samples = ["function f() {", "`open"]
    invalid_code_samples = ["function function", "1 +* 2"]
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [{"code": "1 + 2", "result": "3"}, {"code": "'a'", "result": "'a'"}]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.png(new Uint8Array([1]))", "mime": "image/png"}
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_page_something = "?parseInt"
    code_clear_output = "clearOutput()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(defaultTest=["Conformance", "Welcome"])
