"""Symmetric InfoNCE: row i of one side belongs to row i of the other, the rest of the batch not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import torch


def info_nce(
    u: torch.Tensor, v: torch.Tensor, *, temperature: float, same: torch.Tensor | None = None
) -> torch.Tensor:
    r"""Return the mean loss of finding each row's partner, in both directions.

    .. math:: L = -\frac{1}{2m} \sum_i \left(
              \log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ij}/\tau}}
              + \log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ji}/\tau}} \right)

    with the cosine similarity :math:`s_{ij}` of row i of ``u`` and row j of ``v``.

    Parameters
    ----------
    u, v
        Both of shape (m, d); of any length, which does not count.
    temperature
        :math:`\tau`.
    same
        Where row i and another row j mean the same, so that they are no negatives of each other,
        shape (m, m).

    References
    ----------
    van den Oord, A., Li, Y. and Vinyals, O. (2018). Representation learning with contrastive
    predictive coding. arXiv 1807.03748.
    """
    normalize = torch.nn.functional.normalize
    scores = normalize(u, dim=1) @ normalize(v, dim=1).T / temperature
    if same is not None:
        scores = scores.masked_fill(same.to(scores.device), -torch.inf)
    own = torch.arange(len(scores), device=scores.device)
    cross_entropy = torch.nn.functional.cross_entropy
    return (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2


def equal_rows(*numbers: torch.Tensor) -> torch.Tensor:
    """Return where two different rows have the same number on some side, shape (m, m).

    Parameters
    ----------
    numbers
        One side's numbers of what stands in each row, shape (m,).
    """
    same = torch.zeros(2 * (len(numbers[0]),), dtype=torch.bool)
    for side in numbers:
        same |= side[:, None] == side
    return same.fill_diagonal_(fill_value=False)


def numbered(rows: Iterable[Hashable]) -> torch.Tensor:
    """Return a number for each row, shape (n,); equal ones have the same."""
    numbers: dict[Hashable, int] = {}
    return torch.tensor([numbers.setdefault(row, len(numbers)) for row in rows])
