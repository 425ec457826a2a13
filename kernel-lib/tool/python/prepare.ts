/**
 * Python that an interpreter runs once, before its memory is kept as the beginning of all others: it imports what programs
 * use most, and defines the two functions that the worker calls.
 *
 * `random` starts from the same state in every program, so that what a program prints depends on the program alone.
 */
export const PREPARE = `
def _prepare():
    import builtins, importlib, linecache, os, sys, traceback
    import atexit, math, itertools, functools, fractions, statistics, random, collections, re, json, decimal, datetime
    sys.path[:0] = sorted("/wheels/" + name for name in os.listdir("/wheels"))
    sys.dont_write_bytecode = True
    names = ["math", "itertools", "functools", "fractions", "statistics"]
    prelude = {name: sys.modules[name] for name in names}
    try:
        prelude["sp"] = importlib.import_module("sympy")
    except ImportError:
        pass
    random.seed(0)

    closed = {"js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "_pyodide_js", "micropip", "ctypes", "_ctypes"}
    class Closed:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.partition(".")[0] in closed:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return None

    def close():
        # JavaScript's finder for modules goes too
        sys.meta_path[:] = [Closed] + [f for f in sys.meta_path if getattr(f, "__module__", "").startswith("_frozen")]
        for name in [name for name in sys.modules if name.partition(".")[0] in closed]:
            del sys.modules[name]
        for name in ("_close", "_prepare"):
            globals().pop(name, None)

    new_module, put, compiled, execute = type(sys), sys.modules, compile, exec
    out, err, lines, show, finish = sys.stdout, sys.stderr, linecache, traceback.TracebackException, atexit._run_exitfuncs

    def beginning(trace):
        # not where it passes through this file
        while trace.tb_next is not None and trace.tb_frame.f_code in ours:
            trace = trace.tb_next
        return None if trace.tb_frame.f_code in ours else trace

    def status(error):
        if isinstance(error, SystemExit):
            if error.code is None:
                return 0
            if isinstance(error.code, int):
                return error.code & 255
            err.write(str(error.code) + "\\n")
            return 1
        shown = show(type(error), error, error.__traceback__ and beginning(error.__traceback__), limit=-12)
        for line in shown.format():
            err.write(line)
        return 1

    def guarded(work):
        try:
            work()
            return 0
        except BaseException as error:
            try:
                return status(error)
            except BaseException as other:
                try:
                    err.write(type(error).__name__ + "\\n")
                except BaseException:
                    pass
                return 1

    def run(code):
        module = new_module("__main__")
        module.__dict__.update(prelude, __builtins__=builtins)
        put["__main__"] = module
        def program():
            lines.cache["<program>"] = (len(code), None, code.splitlines(True), "<program>")
            execute(compiled(code, "<program>", "exec"), module.__dict__)
        result = guarded(program)
        ended = guarded(finish)
        for stream in (out, err):
            guarded(stream.flush)
        return result or ended

    ours = {guarded.__code__, run.__code__, *(c for c in run.__code__.co_consts if isinstance(c, type(run.__code__)))}
    return close, run

_close, _run = _prepare()
`;
