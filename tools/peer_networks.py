"""The networks that compare_peers.py trains in PyTorch: one as its tutorials write it, and many in one batched product.
A case says width (features of a node for gnn), depth, activation kind and optimizer; see CASES there. run(steps) returns
the processor seconds that so many steps take, for the batched ones a replica's share.
"""
import time

BATCH, REPLICAS = 256, 32
SLOPE, KNOTS, RANGE = 0.3, 9, 3.0


def torch_spline(torch, z, c):
    """A cubic spline with uniform knots, linear beyond them."""
    spacing = 2 * RANGE / (KNOTS - 1)
    inside = z.clamp(-RANGE, RANGE)
    u = inside / spacing + (KNOTS - 1) / 2
    piece = u.detach().floor().clamp(0, KNOTS - 2)
    s, k = u - piece, piece.long()
    t = 1 - s
    basis = [t**3 / 6, (3 * s**3 - 6 * s**2 + 4) / 6, (3 * t**3 - 6 * t**2 + 4) / 6, s**3 / 6]
    ends = torch.stack([(c[..., 2] - c[..., 0]), (c[..., -1] - c[..., -3])]) / (2 * spacing)
    beyond = z - inside
    value = sum(b * c[k + i] for i, b in enumerate(basis))
    return value + torch.where(beyond < 0, ends[0], ends[1]) * beyond


class Eager:
    """One network, as tutorials write it."""

    def __init__(self, torch, case):
        self.torch = torch
        torch.manual_seed(0)
        nn = torch.nn
        width, depth = case["width"], case.get("depth", 1)
        self.x = torch.randn(BATCH, 2)
        self.y = self.x.mean(1)
        if case.get("kind") == "spline":
            class Spline(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.c = nn.Parameter(torch.linspace(-RANGE - 1, RANGE + 1, KNOTS + 2))

                def forward(self, z):
                    return torch_spline(torch, z, self.c)
            activation = Spline
        else:
            def activation():
                return nn.LeakyReLU(SLOPE)
        if case.get("gnn"):
            class Graph(nn.Module):
                """Two nodes that send each other messages; the second one is read out."""

                def __init__(self):
                    super().__init__()
                    sizes = [1] + [width] * depth
                    self.own = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in zip(sizes, sizes[1:]))
                    self.other = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in zip(sizes, sizes[1:]))
                    self.readout = nn.Linear(width, 1, bias=False)
                    self.activation = activation()

                def forward(self, x):
                    h = x.unsqueeze(2)
                    for own, other in zip(self.own, self.other):
                        h = self.activation(own(h) + other(h.flip(1)))
                    return self.readout(h[:, 1])
            self.network = Graph()
        else:
            layers = []
            for inputs in [2] + [width] * (depth - 1):
                layers += [nn.Linear(inputs, width, bias=False), activation()]
            self.network = nn.Sequential(*layers, nn.Linear(width, 1, bias=False))
        make = torch.optim.Adam if case.get("optimizer") == "adam" else torch.optim.SGD
        self.optimizer = make(self.network.parameters(), lr=1e-4)
        self.loss = nn.MSELoss()

    def run(self, steps):
        start = time.process_time()
        for _ in range(steps):
            self.optimizer.zero_grad()
            loss = self.loss(self.network(self.x).squeeze(1), self.y)
            loss.backward()
            self.optimizer.step()
        return time.process_time() - start


class Batched:
    """32 networks in one batched product; a run counts for one of them."""

    def __init__(self, torch, case):
        self.torch = torch
        torch.manual_seed(0)
        width, depth = case["width"], case.get("depth", 1)
        self.x = torch.randn(REPLICAS, BATCH, 2)
        self.y = self.x.mean(2, keepdim=True)
        sizes = [2] + [width] * depth + [1]
        self.weights = [(torch.randn(REPLICAS, a, b) * 0.1).requires_grad_() for a, b in zip(sizes, sizes[1:])]
        make = torch.optim.Adam if case.get("optimizer") == "adam" else torch.optim.SGD
        self.optimizer = make(self.weights, lr=1e-4)

    def run(self, steps):
        torch = self.torch
        start = time.process_time()
        for _ in range(steps):
            self.optimizer.zero_grad()
            h = self.x
            for weight in self.weights[:-1]:
                h = torch.nn.functional.leaky_relu(torch.bmm(h, weight), SLOPE)
            loss = ((torch.bmm(h, self.weights[-1]) - self.y) ** 2).mean(1).sum()
            loss.backward()
            self.optimizer.step()
        return (time.process_time() - start) / REPLICAS
