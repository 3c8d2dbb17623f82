#!/usr/bin/env python3
"""Checks every include, and every USES list in CMake, against the table of which module may use which.

usage: check_modules.py ROOT       ROOT holds include/rgsweep/ and src/
Prints one line a violation and exits with 1 if there is any.
"""
import re
import sys
from pathlib import Path

# The table: a module and the modules that it may use. A new module or a new edge is a decision; write it here.
MAY_USE = {
    "core": [],
    "math": ["core"],
    "data": ["core", "math"],
    "nn": ["core", "math"],
    "theory": ["core", "math", "data", "nn"],
    "experiment": ["core", "math", "data", "nn", "theory"],
    "sweep": ["core"],
    "store": ["core"],
    "schedule": ["core"],
    "transport": ["core", "schedule"],
    "analysis": ["core", "math", "store"],
}
MAY_USE["cli"] = list(MAY_USE)

# Third-party headers that one module keeps to itself; its public headers must not show them either.
PRIVATE_HEADERS = {
    "store": re.compile(r"(hdf5|hdf5_hl|H5\w+)\.h$"),
    "transport": re.compile(r"(mpi|mpi-ext)\.h$"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CMAKE_COMMENT = re.compile(r"#.*")
CMAKE_MODULE = re.compile(r"rgsweep_module\s*\(\s*(\w+)([^)]*)\)")
CMAKE_KEYWORDS = {"SOURCES", "USES", "PUBLIC", "PRIVATE"}


def module_of(path, root):
    """The module that a source file belongs to, or None (a file directly in src/ is the program: cli)."""
    parts = path.relative_to(root).parts
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else None
    return parts[1] if len(parts) > 2 else "cli"


def declared_uses(root):
    """Module -> list after USES in its rgsweep_module(...)."""
    uses = {}
    for path in sorted(root.glob("src/*/CMakeLists.txt")):
        for name, arguments in CMAKE_MODULE.findall(CMAKE_COMMENT.sub("", path.read_text())):
            keyword, uses[name] = None, []
            for word in arguments.split():
                if word in CMAKE_KEYWORDS:
                    keyword = word
                elif keyword == "USES":
                    uses[name].append(word)
    return uses


def closure(module, uses):
    """Everything that `module` sees through its USES, its own name included."""
    seen, waiting = set(), [module]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += uses.get(current, [])
    return seen


def check_cmake(root, uses):
    for name, used in uses.items():
        where = f"src/{name}/CMakeLists.txt"
        if name not in MAY_USE:
            yield f"{where}: module '{name}' is not in the table"
            continue
        for other in used:
            if other not in MAY_USE[name]:
                yield f"{where}: {name} may not use {other}; it may use: {', '.join(MAY_USE[name]) or 'none'}"
    for folder in sorted(root.glob("include/rgsweep/*/")):
        if any(folder.rglob("*.hpp")) and folder.name not in uses:
            yield f"include/rgsweep/{folder.name}: no rgsweep_module({folder.name} ...) in src/{folder.name}"


def check_include(path, root, module, bracket, header, uses):
    """What is wrong with one include, or None."""
    for owner, pattern in PRIVATE_HEADERS.items():
        if pattern.match(header.rsplit("/", 1)[-1]):
            if module != owner:
                return f"only {owner} may include {header}"
            if path.relative_to(root).parts[0] == "include":
                return f"{header} must stay out of public headers"
            return None
    if header.startswith("rgsweep/"):
        used = header.split("/")[1]
        if used == module:
            return None if (root / "include" / header).is_file() else f"no such header {header}"
        if used not in MAY_USE:
            return f"'{used}' is not a module"
        if used not in MAY_USE[module]:
            return f"{module} may not use {used}; it may use: {', '.join(MAY_USE[module]) or 'none'}"
        if module in uses and used not in closure(module, uses):
            return f"{module} includes {used}, which is not in USES of src/{module}/CMakeLists.txt"
        return None
    if ".." in header.split("/"):
        return f"{header} leaves its folder"
    if bracket == '"' and not (path.parent / header).is_file() and not is_generated(header, path.parent):
        return f'"{header}" is neither rgsweep/MODULE/... nor a file of this folder'
    return None


def is_generated(header, folder):
    """Whether the module's CMakeLists.txt names the header, which its build then makes."""
    lists = folder / "CMakeLists.txt"
    return lists.is_file() and re.search(rf"\b{re.escape(header)}\b", lists.read_text()) is not None


def check_sources(root, uses):
    for folder in ("include", "src"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            where = path.relative_to(root)
            module = module_of(path, root)
            if module not in MAY_USE:
                yield f"{where}: belongs to no module of the table"
                continue
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if match := INCLUDE.match(line):
                    if problem := check_include(path, root, module, *match.groups(), uses):
                        yield f"{where}:{number}: {problem}"


def violations(root):
    root = Path(root)
    uses = declared_uses(root)
    return [*check_cmake(root, uses), *check_sources(root, uses)]


def main():
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "src").is_dir():
        sys.exit(__doc__)
    found = violations(sys.argv[1])
    print("\n".join(found) or "clean")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
