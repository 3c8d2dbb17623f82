#!/usr/bin/env python3
"""The structural checks find what they are for: each is run on small trees that are right or wrong in one way."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
import check_hygiene
import check_modules
import check_variants

GOOD = {
    "src/core/CMakeLists.txt": "rgsweep_module(core SOURCES a.cpp)\n",
    "src/core/a.cpp": '#include "rgsweep/core/a.hpp"\n\n#include <vector>\n',
    "include/rgsweep/core/a.hpp": "#pragma once\n",
    "src/store/CMakeLists.txt": "rgsweep_module(store SOURCES h5.cpp\n  USES core  # the only one\n  PRIVATE hdf5)\n",
    "src/store/h5.cpp": '#include <hdf5.h>\n\n#include "h5.hpp"\n#include "rgsweep/core/a.hpp"\n',
    "src/store/h5.hpp": "#pragma once\n#include <hdf5.h>\n",
    "src/schedule/CMakeLists.txt": "rgsweep_module(schedule SOURCES a.cpp USES core)\n",
    "include/rgsweep/schedule/a.hpp": "#pragma once\n",
    "src/transport/CMakeLists.txt": "rgsweep_module(transport SOURCES a.cpp USES schedule PRIVATE MPI::MPI_C)\n",
    "src/transport/a.cpp": '#include <mpi.h>\n#include "rgsweep/core/a.hpp"\n#include "rgsweep/schedule/a.hpp"\n',
    "src/cli/CMakeLists.txt": "configure_file(v.in v.hpp)\nrgsweep_module(cli SOURCES v.cpp USES core)\n",
    "src/cli/v.cpp": '#include "v.hpp"\n',
    "src/main.cpp": '#include "rgsweep/core/a.hpp"\n',
}

# A change to the good tree, and what must be said about it.
BAD_MODULES = [
    ({"src/core/a.cpp": '#include "rgsweep/store/file.hpp"\n'}, "src/core/a.cpp:1: core may not use store"),
    ({"include/rgsweep/core/a.hpp": '  #  include "rgsweep/schedule/a.hpp"\n'}, "core may not use schedule"),
    ({"src/schedule/a.cpp": "\n#include <mpi.h>\n"}, "src/schedule/a.cpp:2: only transport may include mpi.h"),
    ({"src/main.cpp": "#include <hdf5.h>\n"}, "src/main.cpp:1: only store may include hdf5.h"),
    ({"src/core/a.cpp": "#include <H5Cpp.h>\n"}, "only store may include H5Cpp.h"),
    ({"include/rgsweep/store/file.hpp": "#include <hdf5.h>\n"}, "hdf5.h must stay out of public headers"),
    ({"src/core/a.cpp": '#include "../store/h5.hpp"\n'}, "../store/h5.hpp leaves its folder"),
    ({"src/core/a.cpp": '#include "h5.hpp"\n'}, '"h5.hpp" is neither'),
    ({"src/core/a.cpp": '#include "rgsweep/misc/a.hpp"\n'}, "'misc' is not a module"),
    ({"src/core/a.cpp": '#include "rgsweep/core/none.hpp"\n'}, "no such header"),
    ({"src/misc/a.cpp": "\n"}, "src/misc/a.cpp: belongs to no module"),
    ({"include/rgsweep/nn/a.hpp": "\n"}, "include/rgsweep/nn: no rgsweep_module(nn"),
    ({"src/core/CMakeLists.txt": "rgsweep_module(core SOURCES a.cpp USES store)\n"}, "core may not use store"),
    ({"src/misc/CMakeLists.txt": "rgsweep_module(misc SOURCES a.cpp)\n"}, "'misc' is not in the table"),
    ({"src/store/CMakeLists.txt": "rgsweep_module(store SOURCES h5.cpp)\n"}, "which is not in USES"),
]

BAD_HYGIENE = [
    ("src/a.cpp", "// see /" + "home/someone/notes\n", "a path of one machine"),
    ("run.sh", "cd /" + "tmp/build\n", "a path of one machine"),
    ("README.md", "TO" + "DO: write\n", "unfinished work"),
    ("src/a.hpp", "int x;  \n", "whitespace"),
    ("a.ini", "x = 1", "no newline"),
    ("b.txt", "<" * 7 + " ours\n", "merge conflict"),
]


def write_tree(root, files):
    for name, text in files.items():
        path = Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Checks(unittest.TestCase):
    def test_good_modules(self):
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, GOOD)
            self.assertEqual(check_modules.violations(root), [])

    def test_bad_modules(self):
        for change, expected in BAD_MODULES:
            with self.subTest(expected), tempfile.TemporaryDirectory() as root:
                write_tree(root, {**GOOD, **change})
                found = check_modules.violations(root)
                self.assertTrue(any(expected in line for line in found), found)

    def test_good_text(self):
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, {"a.sh": "x=$HOME/tmp/y; ls /usr/share/datasets src/work/z ~/work/x https://a.org/home/b\n",
                              "build-clang/a.cpp": "TO" + "DO\n", "a.bin": "TO" + "DO"})
            self.assertEqual(check_hygiene.findings(root), [])

    def test_bad_text(self):
        for name, text, expected in BAD_HYGIENE:
            with self.subTest(expected), tempfile.TemporaryDirectory() as root:
                write_tree(root, {name: text})
                found = check_hygiene.findings(root)
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_shared_symbols(self):
        own = ["rgsweep::nn::kernel::v4::functions_float",
               "void rgsweep::nn::kernel::v4::forward<float>(long)",
               "Eigen_v4::internal::ptanh(float const&)"]
        foreign = ["std::vector<float>::push_back(float&&)", "rgsweep::nn::kernel::v3::functions_float",
                   "Eigen::internal::pexp(double const&)"]
        self.assertEqual(check_variants.shared_symbols(own + foreign, "v4"), foreign)


if __name__ == "__main__":
    unittest.main()
