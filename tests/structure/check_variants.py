#!/usr/bin/env python3
"""Checks that units compiled for one variant of the processor share no function with others.

usage: check_variants.py NM OBJECT ...       an argument may be a list of objects with semicolons between them
The linker keeps one of several inline functions of one name, and if that comes from a unit for a later processor the
program dies on an earlier one. So every symbol that such an object defines for others must be in the namespace of its
variant or in Eigen's, which is renamed after it. Prints one line a violation and exits with 1 if there is any.
"""
import re
import subprocess
import sys

VARIANTS = ("v2", "v3", "v4", "generic")
OBJECT = re.compile(r"rgsweep_\w+?_(" + "|".join(VARIANTS) + r")\.dir")


def shared_symbols(names, variant):
    """Those of the demangled names that another variant's object could define too."""
    own = re.compile(rf"\b{variant}::|\bEigen_{variant}\b")
    # DW.ref.NAME is a pointer to what handles exceptions, the same in every object, and no code.
    return [name for name in names if not own.search(name) and not name.startswith("DW.ref.")]


def defined_symbols(nm, path):
    """Demangled names of the symbols that the object defines and that the linker sees."""
    text = subprocess.run([nm, "--demangle", "--defined-only", "--extern-only", path],
                          check=True, capture_output=True, text=True).stdout
    return [line.split(" ", 2)[2] for line in text.splitlines() if line.count(" ") >= 2]


def main(nm, arguments):
    paths = [path for argument in arguments for path in argument.split(";")]
    failures = 0
    for path in paths:
        variant = OBJECT.search(path).group(1)
        for name in shared_symbols(defined_symbols(nm, path), variant):
            print(f"{path}: {name} is not in a namespace of {variant}")
            failures += 1
    return 1 if failures or not paths else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
