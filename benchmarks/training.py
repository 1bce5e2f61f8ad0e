"""How long the networks train until they are as good as a plain training loop leaves them.

Usage: ``LANGALIGN_DATA=... python benchmarks/training.py``; needs the ``torch`` extra. Vectors are
those of ``mini`` on both sides. The peer is the loop of a tutorial: a ``DataLoader`` over the pairs
with batches of 32, Adam at its default rate, the held-out loss after each epoch, training ended by
the same patience as ours. Network, start, pairs and held-out pairs are the same. Ours is timed
until its held-out loss is that of the peer at its best.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from alternating import spread
from real_data import load
from records import write_record

from langalign.aligners.autoencoder import AutoEncoder
from langalign.aligners.fully_connected import FullyConnected
from langalign.aligners.perceptron import Perceptron
from langalign.aligners.residual import Residual
from langalign.encoders.mini import MiniEncoder
from langalign.training.loop import Schedule, seeded, train
from langalign.vectors import Vectors

NETWORKS: dict[str, type[Perceptron]] = {
    "fc": FullyConnected,
    "ae": AutoEncoder,
    "residual": Residual,
}
PEER_BATCH = 32
HELD_OUT = 0.1
Clock = Callable[[], float]
Curve = list[tuple[float, float]]
"""Seconds since training began, and held-out loss, after each epoch."""


@dataclass(frozen=True)
class Sides:
    """Centred and scaled tensors of training and held-out pairs."""

    x: torch.Tensor
    y: torch.Tensor
    x_held: torch.Tensor
    y_held: torch.Tensor

    def loss(self, network: torch.nn.Module) -> float:
        """Return the held-out mean squared error."""
        network.eval()
        with torch.no_grad():
            return float(torch.nn.functional.mse_loss(network(self.x_held), self.y_held))


def pairs_of(lang: str, n: int) -> tuple[Vectors, Vectors]:
    """Return vectors of both sides of pairs."""
    pairs, encode = load(lang).pairs(seed=0), MiniEncoder().encode
    return encode(pairs.source[:n]), encode(pairs.target[:n])


def sides_of(X: Vectors, Y: Vectors, seed: int) -> Sides:
    """Split the pairs, and centre and scale both sides as the aligners do."""
    order = np.random.default_rng(seed).permutation(len(X))
    n_held = round(HELD_OUT * len(X))
    unit = [(side - side.mean(axis=0)) / side.std() for side in (X, Y)]
    x, y = (torch.from_numpy(np.ascontiguousarray(side, dtype=np.float32)) for side in unit)
    held, training = order[:n_held], order[n_held:]
    return Sides(x[training], y[training], x[held], y[held])


def peer(network: torch.nn.Module, sides: Sides, aligner: Perceptron, clock: Clock) -> Curve:
    """Train as a tutorial does."""
    pairs = torch.utils.data.TensorDataset(sides.x, sides.y)
    loader = torch.utils.data.DataLoader(pairs, batch_size=PEER_BATCH, shuffle=True)
    optimizer = torch.optim.Adam(network.parameters())
    curve: Curve = []
    start = clock()
    for _ in range(aligner.epochs):
        network.train()
        for x, y in loader:
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(network(x), y).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        curve.append((clock() - start, sides.loss(network)))
        losses = [loss for _, loss in curve]
        if len(losses) - 1 - losses.index(min(losses)) >= aligner.patience:
            break
    return curve


def ours(
    network: torch.nn.Module,
    sides: Sides,
    aligner: Perceptron,
    clock: Clock,
    generator: torch.Generator,
) -> Curve:
    """Train as the aligner does."""
    curve: Curve = []
    start = clock()

    def validate() -> float:
        loss = sides.loss(network)
        curve.append((clock() - start, loss))
        return loss

    train(
        network,
        lambda rows: torch.nn.functional.mse_loss(network(sides.x[rows]), sides.y[rows]),
        validate,
        n_rows=len(sides.x),
        schedule=Schedule(
            epochs=aligner.epochs,
            batch_size=aligner.batch_size,
            learning_rate=aligner.learning_rate,
            patience=aligner.patience,
            averaging=aligner.averaging,
        ),
        generator=generator,
        start_counts=aligner.starts_useful,
    )
    return curve[aligner.starts_useful :]  # the start, which both have, is no training


def measure(
    X: Vectors,
    Y: Vectors,
    name: str,
    *,
    seed: int,
    epochs: int | None = None,
    clock: Clock = time.perf_counter,
) -> dict[str, Any]:
    """Train both ways; return their losses, seconds and how many times as fast we were."""
    aligner = NETWORKS[name](random_state=seed)
    if epochs is not None:
        aligner.set_params(epochs=epochs)
    aligner.x_scale_, aligner.y_scale_ = float(X.std()), float(Y.std())
    sides = sides_of(X, Y, seed)
    curves: dict[str, Curve] = {}
    for way in ("peer", "ours"):
        with seeded(seed) as generator:
            network = aligner._network(sides.x.numpy(), sides.y.numpy())
            curves[way] = (
                peer(network, sides, aligner, clock)
                if way == "peer"
                else ours(network, sides, aligner, clock, generator)
            )
    peer_seconds, goal = min(curves["peer"], key=lambda point: point[1])
    reached = [seconds for seconds, loss in curves["ours"] if loss <= goal]
    return {
        "network": name,
        "seed": seed,
        "peer": {"seconds": peer_seconds, "loss": goal, "epochs": len(curves["peer"])},
        "ours": {
            "seconds": reached[0] if reached else None,
            "seconds_of_all": curves["ours"][-1][0],
            "loss": min(loss for _, loss in curves["ours"]),
            "epochs": len(curves["ours"]),
        },
        "ratio": peer_seconds / reached[0] if reached else None,
    }


def main() -> None:
    """Measure each network and seed, and write one record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--language", default="ko", choices=("ko", "ja"))
    parser.add_argument("--pairs", type=int, default=8_000)
    parser.add_argument("--networks", nargs="*", default=list(NETWORKS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, help="at most; default: the aligner's")
    parser.add_argument("--busy", action="store_true", help="processor seconds, not the clock's")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.busy else time.perf_counter
    # The peer's steps are too small for a second thread, which on a busy machine only waits.
    torch.set_num_threads(1)
    X, Y = pairs_of(arguments.language, arguments.pairs)
    runs = []
    for seed in range(arguments.seeds):
        for name in arguments.networks:
            runs.append(measure(X, Y, name, seed=seed, epochs=arguments.epochs, clock=clock))
            print(runs[-1], flush=True)
    ratios = {
        name: spread([run["ratio"] or 0.0 for run in runs if run["network"] == name])
        for name in arguments.networks
    }
    print(ratios)
    content: dict[str, Any] = {
        "cpu_seconds": arguments.busy,
        "language": arguments.language,
        "pairs": len(X),
        "most_epochs": arguments.epochs,
        "runs": runs,
        "ratio": ratios,
    }
    print(write_record("training", content))


if __name__ == "__main__":
    main()
