#!/usr/bin/env python3
"""Speed of the orbit experiment beside the same in numpy, in one run and on one core each.

usage: orbit_numpy.py RGSWEEP BENCH_ORBIT [IMAGES]

Both do, for each pair of images: poses under rotations, Gram matrix of the NTK, leave-one-out, spectral and group errors,
condition number. The errors of both are compared first. numpy is measured as one writes it (every image rotated on its
own), with the interpolation of all poses laid out once, outside the measurement, as the program does, and from inner
products that are there already, as they are for the next point on the same images. Prints microseconds of one pair, the
least of many, measured in turns so that a busy machine slows all, and the library that multiplies numpy's matrices:
Debian's libblas3 is slow, libopenblas0-pthread fast.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import h5py  # noqa: E402  (numpy reads the number of threads when it is imported)
import numpy as np  # noqa: E402

PAIRS, TIMED, DEPTH, REPETITIONS = 50, 12, 3, 8
SPEC = """[sweep]
experiment = orbit
[orbit]
images = {images}
poses = {poses}
depth = {depth}
pair = 0..{last}
"""


def read_idx(path):
    import gzip
    data = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    extents = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(extents)


class Rotations:
    """The four pixels, and their weights, of which each pixel of each pose is made."""

    def __init__(self, poses, rows, columns):
        angle = 2 * np.pi * np.arange(poses)[:, None, None] / poses
        y, x = np.mgrid[:rows, :columns].astype(float)
        y, x = y - (rows - 1) / 2, x - (columns - 1) / 2
        row = (rows - 1) / 2 + np.cos(angle) * y + np.sin(angle) * x
        column = (columns - 1) / 2 - np.sin(angle) * y + np.cos(angle) * x
        self.source, self.weight = [], []
        for corner in range(4):
            r, c = np.floor(row) + corner // 2, np.floor(column) + corner % 2
            inside = (r >= 0) & (r < rows) & (c >= 0) & (c < columns)
            weight = (1 - abs(row - r)) * (1 - abs(column - c))
            self.source.append(np.where(inside, r * columns + c, 0).astype(int).reshape(poses, -1))
            self.weight.append(np.where(inside, weight, 0).reshape(poses, -1))

    def raw(self, image):
        return sum(weight * image[source] for source, weight in zip(self.source, self.weight))


def normalised(poses):
    poses = poses - poses.mean(1, keepdims=True)
    return poses / np.linalg.norm(poses, axis=1, keepdims=True)


def rotate(image, angle):
    """One image by one angle."""
    rows, columns = image.shape
    y, x = np.mgrid[:rows, :columns] - np.array([(rows - 1) / 2, (columns - 1) / 2])[:, None, None]
    row = (rows - 1) / 2 + np.cos(angle) * y + np.sin(angle) * x
    column = (columns - 1) / 2 - np.sin(angle) * y + np.cos(angle) * x
    padded = np.pad(image, 1)
    top, left = np.floor(row), np.floor(column)
    v, u = row - top, column - left
    r, c = np.clip(top, -1, rows - 1).astype(int) + 1, np.clip(left, -1, columns - 1).astype(int) + 1
    inside = (top >= -1) & (top < rows) & (left >= -1) & (left < columns)
    return inside * ((1 - v) * ((1 - u) * padded[r, c] + u * padded[r, c + 1])
                     + v * ((1 - u) * padded[r + 1, c] + u * padded[r + 1, c + 1]))


def rotated_one_by_one(image, poses, shape):
    return np.array([rotate(image.reshape(shape), 2 * np.pi * g / poses).ravel() for g in range(poses)])


def ntk(products, pixels, depth, slope):
    q = products / pixels + 1
    theta = q.copy()
    kink, mean_square = (1 - slope) ** 2 / (2 * np.pi), (1 + slope ** 2) / 2
    for _ in range(depth):
        variance = np.diag(q)
        sine = np.sqrt(np.maximum(np.outer(variance, variance) - q * q, 0))
        derivative = mean_square - kink * np.arctan2(sine, q)
        k = kink * sine + derivative * q
        np.fill_diagonal(k, mean_square * variance)
        np.fill_diagonal(derivative, mean_square)
        q = k + 1
        theta = q + derivative * theta
    return theta


def errors(gram):
    n = len(gram)
    inverse = np.linalg.inv(gram)
    labels = np.where(np.arange(n) % 2, -1.0, 1.0)
    exact = labels * (inverse @ labels) / np.diag(inverse)
    condition = abs(gram).sum(0).max() * abs(inverse).sum(0).max()
    offset = (np.arange(n)[None, :] - np.arange(n)[:, None]) % n
    eigenvalues = np.fft.fft(np.bincount(offset.ravel(), gram.ravel()) / n).real
    spectral = 1 / (eigenvalues[n // 2] * np.mean(1 / eigenvalues))
    poses = n // 2
    blocks = gram.reshape(poses, 2, poses, 2).transpose(1, 3, 0, 2)
    step = ((np.arange(poses)[None, :] - np.arange(poses)[:, None]) % poses).ravel()
    kappa = np.array([[np.bincount(step, blocks[a, b].ravel()) / poses for b in range(2)] for a in range(2)])
    inverses = np.linalg.inv(np.fft.fft(kappa).transpose(2, 0, 1))
    by_group = (inverses[0].real @ [1, -1])[0] / np.mean(inverses[:, 0, 0].real)
    return exact, spectral, by_group, condition


def poses_of_pair(poses_of, a, b):
    of_a = normalised(poses_of(a))
    x = np.empty((2 * len(of_a), a.size))
    x[::2], x[1::2] = of_a, normalised(poses_of(b))
    return x


def errors_of_products(products, pixels):
    return errors(ntk(products, pixels, DEPTH, 0.0))


def one_pair(poses_of, a, b):
    x = poses_of_pair(poses_of, a, b)
    return errors_of_products(x @ x.T, a.size)


def results(program, images, poses):
    """Image numbers and errors of the program."""
    with tempfile.TemporaryDirectory() as folder:
        spec, output = Path(folder) / "speed.ini", Path(folder) / "speed.h5"
        spec.write_text(SPEC.format(images=images, poses=poses, depth=DEPTH, last=PAIRS - 1), encoding="utf-8")
        subprocess.run([program, "run", str(spec), "--output", str(output), "--quiet"], check=True)
        with h5py.File(output, "r") as file:
            return {name: file[name][...] for name in ("image_a", "image_b", "eps_exact", "eps_spectral", "eps_group")}


def bench_microseconds(bench, poses):
    """Of a point, and of the next one on the same images."""
    run = subprocess.run([bench, f"--benchmark_filter=^(next_)?point/{poses}$", "--benchmark_format=json"], check=True,
                         capture_output=True, text=True)
    return [entry["microseconds"] for entry in json.loads(run.stdout)["benchmarks"]]


def blas():
    """The libraries for linear algebra of this process."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").split()
    return ", ".join(sorted({os.path.realpath(word) for word in maps if "blas" in Path(word).name}))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    program, bench = sys.argv[1:3]
    path = sys.argv[3] if len(sys.argv) == 4 else "/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz"
    images = read_idx(path) / 255
    pixels = images.reshape(len(images), -1)
    shape = images.shape[1:]
    print(f"numpy {np.__version__} with {blas()}")
    print("poses  numpy us  laid out  next point  rgsweep us  next point     ratio  to laid out  next points")
    for poses in (8, 32, 64):
        one_by_one, laid_out = lambda image, n=poses: rotated_one_by_one(image, n, shape), Rotations(poses, *shape).raw
        rows = results(program, path, poses)
        pairs = [(pixels[a], pixels[b]) for a, b in zip(rows["image_a"], rows["image_b"])]
        for (a, b), exact, spectral, group in zip(pairs, rows["eps_exact"], rows["eps_spectral"], rows["eps_group"]):
            for way in (one_by_one, laid_out):
                mine = one_pair(way, a, b)
                np.testing.assert_allclose([mine[0][0], mine[1], mine[2]], [exact, spectral, group], rtol=1e-6)
        products = [x @ x.T for x in (poses_of_pair(laid_out, a, b) for a, b in pairs)]
        ways = [lambda i: one_pair(one_by_one, *pairs[i]), lambda i: one_pair(laid_out, *pairs[i]),
                lambda i: errors_of_products(products[i], pixels.shape[1])]
        least, ours = [np.inf] * len(ways), [np.inf, np.inf]
        for _ in range(REPETITIONS):
            for w, way in enumerate(ways):
                for i in range(TIMED):
                    start = time.perf_counter()
                    way(i)
                    least[w] = min(least[w], (time.perf_counter() - start) * 1e6)
            ours = np.minimum(ours, bench_microseconds(bench, poses))
        print(f"{poses:5d} {least[0]:9.0f} {least[1]:9.0f} {least[2]:11.0f} {ours[0]:11.1f} {ours[1]:11.1f} "
              f"{least[0] / ours[0]:9.1f} {least[1] / ours[0]:12.1f} {least[2] / ours[1]:12.1f}")


if __name__ == "__main__":
    main()
