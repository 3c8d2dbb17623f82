#!/usr/bin/env python3
"""Looks for what must not be in the sources: paths of one machine, notes of unfinished work, stray whitespace.

usage: check_hygiene.py ROOT
Reads all text files of the project, results and build folders apart. Prints one line a finding and exits with 1.
"""
import re
import sys
from pathlib import Path

SKIPPED_FOLDERS = re.compile(r"^(\.git|build.*|install|results|__pycache__)$")
TEXT_SUFFIXES = {".cpp", ".hpp", ".txt", ".cmake", ".json", ".py", ".sh", ".md", ".ini", ".sbatch", ".slurm", ".yml", ""}

# Each pattern is written so that it does not find itself.
FORBIDDEN = [
    (re.compile(r"(?<![\w.$}~-])/(?:home|root|work|Users|tmp|mnt)/\w"), "a path of one machine"),
    (re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"), "unfinished work"),
    (re.compile(r"[ \t]+$"), "whitespace at the end of the line"),
    (re.compile(r"^(?:<{7}|>{7}) "), "a merge conflict"),
]


def text_files(folder):
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not SKIPPED_FOLDERS.match(path.name):
                yield from text_files(path)
        elif path.suffix in TEXT_SUFFIXES and path.name != ".git":
            yield path


def findings(root):
    root = Path(root)
    found = []
    for path in text_files(root):
        where = path.relative_to(root)
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            found.append(f"{where}: not UTF-8 text")
            continue
        if text and not text.endswith("\n"):
            found.append(f"{where}: no newline at the end")
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{where}:{number}: {what}: {line.strip()}" for pattern, what in FORBIDDEN if pattern.search(line)]
    return found


def main():
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(__doc__)
    found = findings(sys.argv[1])
    print("\n".join(found) or "clean")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
