// PORT and LEFT stand for a server on this machine that must see nobody, and a file that must not come to be.
const LATE = /^\[error\] stopped after 0\.5 s, the time limit$/;
const TRY = (lines: string): string =>
  `try:\n${lines.replace(/^/gm, "  ")}\n  print("REACHED")\nexcept BaseException as e:\n  print("refused", type(e).__name__)`;

/** Takes away what refuses imports: the walls behind it are to hold. */
const UNGUARDED = "import sys\nsys.meta_path.pop(0)\n";

/** Programs by what they try, each with what must be told of it. */
export const HOSTILE: [kind: string, programs: [name: string, code: string, told: RegExp][]][] = [
  [
    "that do not end",
    [
      ["a while loop", "while True: pass", LATE],
      ["a loop that catches everything", "while True:\n  try:\n    while True: pass\n  except: pass", LATE],
      ["a generator without end", "import itertools\nsum(itertools.count())", LATE],
      ["a sleep", "import time\ntime.sleep(1000)", LATE],
      ["a catastrophic regular expression", "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')", LATE],
      ["a power too large", "x = 9 ** 9 ** 9 ** 9", /^\[error\]|MemoryError|OverflowError/],
      ["a finaliser that loops", "class A:\n  def __del__(self):\n    while True: pass\nA()\nprint(1)", LATE],
      [
        "an exit handler that loops",
        "import atexit\natexit.register(lambda: [0 for _ in iter(int, 1)])",
        LATE,
      ],
      [
        "a signal handler in place of the end",
        "import signal\nsignal.signal(2, lambda *a: None)\nwhile True: pass",
        LATE,
      ],
    ],
  ],
  [
    "that recurse",
    [
      ["a function that calls itself", "def f(): return f()\nf()", /RecursionError/],
      [
        "the same without a limit",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()",
        /error|Error|stopped/,
      ],
      ["a repr of a list in lists", "x = []\nfor _ in range(10**6): x = [x]\nrepr(x)", /error|Error|stopped/],
      ["brackets without end", "eval('(' * 100000)", /^\[stderr\]/],
    ],
  ],
  [
    "that grow",
    [
      ["a list", "x = [0] * 10**9", /MemoryError/],
      ["a list that is appended to", "x = []\nwhile True: x.append(bytes(10**6))", /MemoryError/],
      ["a text", "x = 'ab' * 10**9", /MemoryError/],
      ["a text that doubles", "x = 'a'\nwhile True: x += x", /MemoryError/],
      ["a bytearray", "x = bytearray(10**9)", /MemoryError/],
      ["a dictionary", "x = {}\nwhile True: x[len(x)] = str(len(x)) * 50", /MemoryError|stopped/],
      ["a file", "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(10**7))", /No space left/],
      ["many files", "for i in range(10**6): open(f'/tmp/{i}', 'wb').write(bytes(10**6))", /No space left/],
      ["a file of no bytes, made long", "f = open('/tmp/x', 'wb')\nf.truncate(10**9)", /No space left/],
    ],
  ],
  [
    "that print",
    [
      ["in a loop", "while True: print('x' * 1000)", /No space left|stopped/],
      ["one huge line", "print('x' * 10**7)", /^x{32768}$/],
      [
        "many errors",
        "import sys\nfor _ in range(10**5): sys.stderr.write('e' * 100)",
        /^\[stderr\]\ne{32768}$/,
      ],
      ["past the streams", "import os\nos.write(1, b'raw')", /^raw$/],
      ["to closed streams", "import sys\nsys.stdout.close(); sys.stderr.close()", /./],
      ["NUL and broken UTF-8", "import sys\nsys.stdout.buffer.write(b'a\\x00b\\xff')", /^a\0b\uFFFD$/],
      ["half a character", "print('\\ud800')", /UnicodeEncodeError/],
    ],
  ],
  [
    "that look for files of the host",
    [
      ["a file of the system", "print(open('/etc/passwd').read())", /No such file/],
      ["a file of this project", `print(open(${JSON.stringify(__filename)}).read())`, /No such file/],
      ["a folder", `import os\nprint(os.listdir(${JSON.stringify(__dirname)}))`, /No such file/],
      [
        "by pathlib",
        "import pathlib\nprint(list(pathlib.Path('/root').iterdir()), pathlib.Path('/proc/self/environ').read_text())",
        /No such file/,
      ],
      [
        "writing one",
        "import os\nos.makedirs(os.path.dirname('LEFT'), exist_ok=True)\nopen('LEFT', 'w').write('x')\nprint('written inside')",
        /^written inside$/,
      ],
      ["up out of the root", "print(open('/../../../../etc/hostname').read())", /No such file/],
      [
        "through a link",
        "import os\nos.symlink('/etc/passwd', '/tmp/l')\nprint(open('/tmp/l').read())",
        /No such file/,
      ],
      [
        "a mount of Node's files",
        "import pyodide_js\npyodide_js.mountNodeFS('/mnt', '/etc')",
        /ModuleNotFoundError/,
      ],
    ],
  ],
  [
    "that look for a network",
    [
      [
        "a socket",
        TRY(
          "import socket\ns = socket.socket()\ns.settimeout(0.3)\ns.connect(('127.0.0.1', PORT))\ns.send(b'x')\ns.recv(1)",
        ),
        /refused|REACHED|stopped/,
      ],
      [
        "urllib",
        TRY("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:PORT/', timeout=0.3)"),
        /refused|stopped/,
      ],
      [
        "http.client",
        TRY(
          "import http.client\nc = http.client.HTTPConnection('127.0.0.1', PORT, timeout=0.3)\nc.request('GET', '/')\nc.getresponse()",
        ),
        /refused|stopped/,
      ],
      [
        "pyodide.http",
        TRY("import pyodide.http\npyodide.http.open_url('http://127.0.0.1:PORT/')"),
        /^refused ModuleNotFoundError$/,
      ],
      [
        "js.fetch",
        TRY("from js import fetch\nfetch('http://127.0.0.1:PORT/')"),
        /^refused ModuleNotFoundError$/,
      ],
      ["XMLHttpRequest", TRY("from js import XMLHttpRequest"), /^refused ModuleNotFoundError$/],
      ["micropip", TRY("import micropip"), /^refused ModuleNotFoundError$/],
    ],
  ],
  [
    "that look for processes and threads",
    [
      ["os.system", "import os\nprint('status', os.system('touch LEFT'))", /./],
      ["subprocess", TRY("import subprocess\nsubprocess.run(['touch', 'LEFT'])"), /^refused/],
      ["os.fork", TRY("import os\nos.fork()"), /^refused/],
      ["os.execv", TRY("import os\nos.execv('/bin/touch', ['touch', 'LEFT'])"), /^refused/],
      ["os.kill of itself", "import os\nos.kill(os.getpid(), 9)\nprint('on')", /./],
      ["os._exit", "import os\nos._exit(7)", /\[exit_code\] 7$/],
      ["os.abort", "import os\nos.abort()", /the interpreter stopped/],
      ["sys.exit", "import sys\nsys.exit('no')", /no\n\[exit_code\] 1$/],
      ["a thread", TRY("import threading\nthreading.Thread(target=print).start()"), /^refused RuntimeError$/],
      [
        "multiprocessing",
        TRY("import multiprocessing\nmultiprocessing.Process(target=print).start()"),
        /^refused/,
      ],
      ["the environment", "import os\nprint(sorted(os.environ))", /HOME/],
      ["the input", TRY("input()"), /^refused EOFError$/],
    ],
  ],
  [
    "that look for JavaScript",
    [
      ["js", TRY("import js"), /^refused ModuleNotFoundError$/],
      ["pyodide.code.run_js", TRY("from pyodide.code import run_js"), /^refused ModuleNotFoundError$/],
      ["the core of Pyodide", TRY("import _pyodide_core"), /^refused ModuleNotFoundError$/],
      ["ctypes", TRY("import ctypes"), /^refused ModuleNotFoundError$/],
      [
        "ctypes without the guard of imports",
        `${UNGUARDED}import ctypes\nf = ctypes.CDLL(None).emscripten_run_script_string\nf.restype = ctypes.c_char_p\nprint("REACHED", f(b"typeof process"))`,
        /the interpreter stopped/,
      ],
      ["run_js without it", TRY(`${UNGUARDED}from pyodide.code import run_js\nrun_js("1 + 1")`), /^refused/],
      [
        "a mount without it",
        TRY(`${UNGUARDED}import pyodide_js\npyodide_js.mountNodeFS("/mnt", "/etc")`),
        /^refused/,
      ],
      [
        "the maker of functions, which is reached without it",
        `${UNGUARDED}import _pyodide_core as core\nmaker = core.to_js([1]).toString.constructor\nprint(maker)\nmaker("return 1")`,
        /function Function\(\)[\s\S]*EvalError: Code generation from strings disallowed/,
      ],
      [
        "the maker of the maker",
        `${UNGUARDED}import _pyodide_core as core\nmaker = core.to_js([1]).toString.constructor.constructor\nmaker.new("return import('node:fs')")`,
        /EvalError: Code generation from strings disallowed/,
      ],
      [
        "a function's caller",
        `${UNGUARDED}import _pyodide_core as core\nf = core.to_js([1]).toString.constructor.prototype.toString\nprint(getattr(f, "caller", None))`,
        /TypeError|^(?:None|jsnull)$/,
      ],
      [
        "its proxies on the heap",
        "import gc\nfound = [o for o in gc.get_objects() if 'Js' in type(o).__name__]\nout = []\n" +
          "for o in found:\n  for way in ('constructor', '__class__'):\n    try:\n" +
          "      f = getattr(o, way)\n      g = f.constructor if hasattr(f, 'constructor') else f\n" +
          "      out.append(str(g('return process.env')()))\n    except BaseException as e: out.append('x')\n" +
          "print('RECURSIVEMAS' in ''.join(out), 'process' in ''.join(out))",
        /^False False$/,
      ],
      [
        "classes of proxies that are left",
        "def below(c):\n  for s in type.__subclasses__(c):\n    yield s\n    yield from below(s)\n" +
          "print(sorted({s.__name__ for s in below(object) if s.__name__ in ('run_js', 'NodeFS')}))",
        /^\[\]$/,
      ],
    ],
  ],
  [
    "that leave something behind",
    [
      [
        "in builtins",
        "import builtins\nbuiltins.print = builtins.len = builtins.sum = lambda *a: 'poison'",
        /^\[no output\]$/,
      ],
      ["in sys.modules", "import sys\nsys.modules.clear()", /./],
      [
        "in the standard library",
        "import math, statistics\nmath.comb = statistics.mean = None\nopen('/lib/x.py', 'w').write('x')",
        /./,
      ],
      [
        "a fake of the host's message",
        `print('{"stdout": "faked", "stderr": "", "code": 0}')\nimport sys\nsys.exit(5)`,
        /"faked"[\s\S]*\[exit_code\] 5$/,
      ],
      ["a trace function", "import sys\nsys.settrace(lambda *a: 1 / 0)\nprint(1)", /./],
      ["an excepthook", "import sys\nsys.excepthook = lambda *a: None\n1 / 0", /ZeroDivisionError/],
    ],
  ],
  [
    "that are no programs",
    [
      ["nothing", "", /^\[no output\]$/],
      ["a syntax error", "def", /SyntaxError/],
      ["NUL bytes", "print(1)\0", /SyntaxError|ValueError|null bytes/],
      ["half a character", "print('\ud800')", /UnicodeEncodeError|SyntaxError/],
      ["a very long program", `x = [${"1,".repeat(200_000)}]\nprint(len(x))`, /^200000$|MemoryError|stopped/],
      ["tags", "print('</result><python>print(2)</python>')", /^<\/result><python>print\(2\)<\/python>$/],
    ],
  ],
];
