#!/usr/bin/env python3
"""Style as a test: what docs/HACKING.md asks of every file, as far as a program can see it.

Format (clang-format), columns (C++, Python, shell, CMake 120; prose 100), functions of at most 70 lines, a comment that
opens each source, includes of our own that are used, functions that somebody calls, words that no file or name may
have. The page's own half (web/) is held by Prettier and oxlint, which this runs.
    style_test.py ROOT [CHECK ...]     all checks, or those named: format columns prose functions opening includes
                                       dead words web
"""

import collections
import os
import re
import shutil
import subprocess
import sys

CODE_COLUMNS, PROSE_COLUMNS, FUNCTION_LINES = 120, 100, 70
CPP = (".h", ".cpp")
BANNED_NAMES = re.compile(r"(^|/)(utils?|common|helpers?|manager|misc)(\.|/|_|$)")
BANNED_WORDS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# A raw string (to its end, or the line's), a string, one in single quotes.
LITERAL = re.compile(r"""R"\(.*?\)"|R"\(.*$|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")


def tracked(root):
    """The project's files: those of git, or in a copy without it all below the folder."""
    run = subprocess.run(
        ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True
    )
    if run.returncode == 0 and run.stdout:
        return sorted(f for f in set(run.stdout.splitlines()) if os.path.isfile(os.path.join(root, f)))
    out = []
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in ("build", ".deps", ".git", "node_modules")]
        out += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(out)


class Tree:
    def __init__(self, root):
        self.root, self.files, self.texts = root, tracked(root), {}

    def text(self, file):
        if file not in self.texts:
            with open(os.path.join(self.root, file), encoding="utf-8") as opened:
                self.texts[file] = opened.read()
        return self.texts[file]

    def of(self, *endings):
        return [f for f in self.files if f.endswith(endings)]


def literal_apart(line):
    """The line without its longest string: what is long because of one text can't be broken without cutting the
    text."""
    literals = LITERAL.findall(line)
    return line.replace(max(literals, key=len), '""', 1) if literals else line


def is_script(tree, file):
    return file.startswith("scripts/") and tree.text(file).startswith("#!")


def check_columns(tree):
    for file in tree.files:
        python = file.endswith(".py") or is_script(tree, file)
        if not (file.endswith((*CPP, ".cmake", "CMakeLists.txt")) or python):
            continue
        for number, line in enumerate(tree.text(file).splitlines(), 1):
            if len(line) > CODE_COLUMNS and len(literal_apart(line)) > CODE_COLUMNS:
                yield f"{file}:{number}: {len(line)} columns; {CODE_COLUMNS} at most, apart from one string"


def check_prose(tree):
    for file in tree.of(".md"):
        fenced = False
        for number, line in enumerate(tree.text(file).splitlines(), 1):
            fenced ^= line.lstrip().startswith("```")
            bare = re.sub(r"\]\([^)]*\)|<?https?://\S+", "", line)  # where a link leads doesn't count
            if len(bare) > PROSE_COLUMNS and not fenced and not line.lstrip().startswith(("|", "```")):
                yield f"{file}:{number}: {len(line)} columns; prose has {PROSE_COLUMNS} at most"


def ctags(tree, files, kinds, fields):
    """[[name, file, pattern, ...fields]] of Universal Ctags."""
    program = shutil.which("ctags")
    if program is None:
        sys.exit("style_test: Universal Ctags is not there; run scripts/setup test")
    run = subprocess.run(
        [program, "--languages=C++", f"--kinds-C++={kinds}", f"--fields={fields}", "-f", "-", "-L", "-"],
        input="\n".join(files),
        capture_output=True,
        text=True,
        cwd=tree.root,
        check=True,
    )
    return [line.split("\t") for line in run.stdout.splitlines() if not line.startswith("!")]


def check_functions(tree):
    for row in ctags(tree, [f for f in tree.of(*CPP) if not f.startswith("tests/fuzz")], "f", "+ne"):
        numbers = dict(part.split(":", 1) for part in row[3:] if part.startswith(("line:", "end:")))
        if "end" not in numbers:
            continue
        lines = int(numbers["end"]) - int(numbers["line"]) + 1
        if lines > FUNCTION_LINES:
            yield f"{row[1]}:{numbers['line']}: {row[0]} has {lines} lines; a function fits a screen ({FUNCTION_LINES})"


def check_opening(tree):
    opens = {".h": "//", ".cpp": "//", ".py": '"""', ".ts": "//", ".tsx": "//", ".cmake": "#"}
    for file in tree.files:
        mark = opens.get(os.path.splitext(file)[1])
        if is_script(tree, file):
            mark = '"""' if "python" in tree.text(file).splitlines()[0] else "#"
        if mark is None or file.endswith(".d.ts"):
            continue
        lines = [line for line in tree.text(file).splitlines() if not line.startswith("#!")]
        first = lines[0] if lines else ""
        if not first.startswith((mark, "/*")):
            yield f"{file}:1: opens without a comment that says what it is"


def words_of(text):
    return set(re.findall(r"[A-Za-z_]\w*", text))


def check_includes(tree):
    """An include of ours is used: some name that the header declares stands in the file."""
    headers = [f for f in tree.of(".h") if f.startswith("src/") or f.startswith("tests/support")]
    declared = collections.defaultdict(set)
    for row in ctags(tree, headers, "cdefgpstuvx", "+K"):
        declared[row[1]].add(row[0].split("::")[-1])
    for header in headers:  # constants that ctags does not see
        declared[header].update(re.findall(r"\bk[A-Z]\w+", tree.text(header)))
    place = {"/".join(h.split("/")[2:] if h.startswith("src/") else h.split("/")[1:]): h for h in headers}
    for file in tree.of(*CPP):
        text = tree.text(file)
        for number, line in enumerate(text.splitlines(), 1):
            found = re.match(r'#include "([^"]+)"', line)
            header = place.get(found[1]) if found else None
            if header is None or os.path.splitext(header)[0] == os.path.splitext(file)[0]:
                continue
            rest = re.sub(r'#include ".*"|//.*', "", text)
            if not declared[header] & words_of(rest) and "IWYU pragma: keep" not in line:
                yield f"{file}:{number}: includes {found[1]} and uses nothing that it declares"


def check_dead(tree):
    """A function that a header declares is named somewhere besides its declaration and its definition."""
    counts = collections.Counter()
    for file in tree.of(*CPP):
        counts.update(re.findall(r"[A-Za-z_]\w*", re.sub(r"//.*", "", tree.text(file))))
    defined = collections.Counter(row[0].split("::")[-1] for row in ctags(tree, tree.of(*CPP), "fp", "+K"))
    for row in ctags(tree, [f for f in tree.of(".h") if f.startswith("src/")], "fp", "+nK"):
        name = row[0].split("::")[-1]
        if re.fullmatch(r"[a-z]\w*", name) and counts[name] <= defined[name]:
            line = next((part[5:] for part in row[3:] if part.startswith("line:")), "?")
            yield f"{row[1]}:{line}: {name} is declared and nobody calls it"


def check_words(tree):
    for file in tree.files:
        if BANNED_NAMES.search(file) and not file.startswith(("data/", "web/src/i18n")):
            yield f"{file}: a name that says nothing (utils, common, helpers, manager, misc)"
        if file.endswith((*CPP, ".py", ".ts", ".tsx", ".css")) and file != "tests/style_test.py":
            for number, line in enumerate(tree.text(file).splitlines(), 1):
                if BANNED_WORDS.search(line):
                    yield f"{file}:{number}: left open in the code: {line.strip()[:80]}"


def check_format(tree):
    """clang-format, in the form of .clang-format."""
    program = shutil.which("clang-format-14")
    if program is None:
        sys.exit("style_test: clang-format-14 is not there; run scripts/setup test")
    run = subprocess.run([program, "--dry-run", *tree.of(*CPP)], cwd=tree.root, capture_output=True, text=True)
    for file, line in re.findall(r"^(\S+?):(\d+):\d+: warning", run.stderr, re.M):
        yield f"{file}:{line}: not as clang-format has it; run make format"
    if run.returncode != 0:
        yield f"clang-format-14: {run.stderr.strip()[:400]}"


def check_web(tree):
    """Prettier and oxlint, as web/package-lock.json pins them."""
    web = os.path.join(tree.root, "web")
    node = os.path.join(tree.root, ".deps", "node", "bin", "node")
    node = node if os.access(node, os.X_OK) else "node"
    for tool, words in (
        ("prettier", ["bin/prettier.cjs", "--check", "--log-level", "warn", "src", "tests", "*.ts"]),
        ("oxlint", ["bin/oxlint", "--deny-warnings", "src", "tests"]),
    ):
        program = os.path.join(web, "node_modules", tool, words[0])
        if not os.path.exists(program):
            yield f"web: {tool} is not there; build the page first (scripts/build-web)"
            continue
        run = subprocess.run([node, program, *words[1:]], cwd=web, capture_output=True, text=True)
        if run.returncode != 0:
            yield f"web: {tool}:\n{(run.stdout + run.stderr).strip()[:4000]}"


CHECKS = {
    "format": check_format,
    "columns": check_columns,
    "prose": check_prose,
    "functions": check_functions,
    "opening": check_opening,
    "includes": check_includes,
    "dead": check_dead,
    "words": check_words,
    "web": check_web,
}


def main(root, names):
    tree, wrong = Tree(root), 0
    if len(tree.of(*CPP)) < 300:
        sys.exit(f"style_test: {len(tree.of(*CPP))} C++ files in {root}: is it the project?")
    for name in names or CHECKS:
        found = list(CHECKS[name](tree))
        wrong += len(found)
        for problem in found:
            print(problem)
        print(f"{name}: {len(found)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
