"""Agreement of sets of labels, of numbers, and of many classes of which some are rare."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from langalign import agreement
from langalign.agreement.kappa import ClassMeasure
from langalign.agreement.label_kappa import LabelMeasure
from langalign.agreement.rank import RankMeasure
from langalign.aligners.linear import Linear
from langalign.errors import DataError, FitWarning
from langalign.heads.logistic import LogisticHead
from langalign.heads.mlp import MLPHead
from langalign.heads.multilabel import MultiLabelHead
from langalign.heads.ridge import RidgeHead
from langalign.tasks import MULTILABEL, SIMILARITY, joined_rows

N = 600
RNG = np.random.default_rng(0)
LABELS = RNG.random((N, 4)) ** [1.0, 2.0, 6.0, 1.0] * [1.0, 1.0, 1.0, 0.45]  # the last: never said


def test_one_label_is_two_classes_with_each_answer_asked_for_its_surest():
    """Halves of equal margins on both sides: then the binary measure counts the same rows."""
    p = np.concatenate([np.linspace(0.0, 0.49, 200), np.linspace(0.51, 1.0, 200)])
    found = np.where(np.arange(400) % 7 == 0, 1 - p, p)
    one = LabelMeasure(p[:, None]).score(found[:, None])
    two = ClassMeasure(np.column_stack([1 - p, p])).score(np.column_stack([1 - found, found]))
    assert one.score == pytest.approx(two.score, abs=1e-12)
    assert one.standard_error == pytest.approx(two.standard_error, abs=1e-12)


def test_mean_kappa_is_over_the_labels_that_the_reference_predicts():
    measure = LabelMeasure(LABELS)
    other = np.where(RNG.random(LABELS.shape) < 0.2, 1 - LABELS, LABELS)
    found = measure.score(other)
    kappas = []
    for label in range(3):
        said = LABELS[:, label] >= 0.5
        margin = np.abs(LABELS[:, label] - 0.5)
        halves = [margin[said == answer] for answer in (True, False)]
        least = np.where(said, np.median(halves[0]), np.median(halves[1]))
        sure = margin >= least
        kappas.append(cohen_kappa_score(said[sure], other[sure, label] >= 0.5))
    assert found.score == pytest.approx(np.mean(kappas))
    assert measure.score(LABELS).score == pytest.approx(1.0)


def test_the_error_of_mean_kappa_grows_when_labels_err_together():
    p = np.tile(np.linspace(0, 1, N)[:, None], (1, 2))
    wrong = RNG.random((N, 2)) < 0.2
    apart = LabelMeasure(p).score(np.where(wrong, 1 - p, p)).standard_error
    together = LabelMeasure(p).score(np.where(wrong[:, :1], 1 - p, p)).standard_error
    assert together == pytest.approx(np.sqrt(2) * apart, rel=0.2)


def test_the_error_of_rank_correlation_is_that_of_repeated_samples():
    def one(rng):
        x = rng.normal(size=200)
        return RankMeasure(x[:, None]).score((x + rng.normal(size=200))[:, None])

    found = [one(np.random.default_rng(seed)) for seed in range(300)]
    spread = np.std([each.score for each in found])
    assert np.mean([each.standard_error for each in found]) == pytest.approx(spread, rel=0.15)


def test_rank_agreement_is_scipys():
    reference, found = RNG.normal(size=(2, N)).round(1)
    score = RankMeasure(reference[:, None]).score(found[:, None]).score
    assert score == pytest.approx(stats.spearmanr(reference, found).statistic)


def choose(task, reference, predicted_by):
    """Choose where ``predicted_by(alpha)`` gives the outputs of an aligner's strength."""
    aligners = [Linear(alpha=alpha) for alpha in (100.0, 10.0, 1.0)]
    return agreement.choose(
        [aligners],
        [LogisticHead(C=1.0)],
        lambda aligners, heads, training, scored: [
            predicted_by(aligner.alpha)[scored] for aligner in aligners
        ],
        lambda rows: reference[rows],
        groups=np.arange(len(reference)),
        task=task,
    )


@pytest.mark.parametrize(
    ("task", "reference", "constant", "says"),
    [
        (MULTILABEL, LABELS, np.tile([0.9, 0.1, 0.1, 0.1], (N, 1)), "same labels for every text"),
        (SIMILARITY, LABELS[:, :1], np.full((N, 1), 3.0), "one number only"),
    ],
)
def test_a_constant_candidate_scores_zero_and_is_refused(task, reference, constant, says):
    choice = choose(task, reference, lambda alpha: reference if alpha == 1.0 else constant)
    assert choice.aligner.alpha == 1.0
    assert choice.threshold == 0.5
    assert [abs(candidate.score) < 1e-9 for candidate in choice.candidates] == [True, True, False]
    assert [says in candidate.refused for candidate in choice.candidates] == [True, True, False]
    assert choice.symbol in ("kappa", "rho")
    assert choice.as_dict()["measure"] == choice.measure
    with pytest.raises(DataError, match=says):
        choose(task, reference, lambda alpha: constant)


@pytest.mark.parametrize(("task", "reference"), [(MULTILABEL, LABELS), (SIMILARITY, LABELS[:, :1])])
def test_guessing_is_said_to_be_guessing(task, reference):
    shuffled = RNG.permutation(reference)
    with pytest.warns(FitWarning, match="at chance"):
        choice = choose(task, reference, lambda alpha: shuffled)
    assert abs(choice.candidates[0].score) < 0.15


def test_a_reference_that_tells_nothing_apart_is_said_so():
    with pytest.raises(DataError, match="same labels for all held-out pairs"):
        LabelMeasure(LABELS * 0.4)


@pytest.mark.parametrize("head", [LogisticHead(), MLPHead(hidden=(8,), max_iter=10)])
def test_the_reference_bears_classes_that_are_missing_from_a_fold(head):
    """28 classes, the rarest with one row, so that some fold always lacks it."""
    sizes = [200, 100, *[20] * 20, 5, 4, 3, 2, 2, 1]
    y = np.repeat(np.arange(28), sizes)
    Z = (np.eye(28)[y] * 3 + RNG.normal(size=(len(y), 28))).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = agreement.reference_head(head, Z, y)
    np.testing.assert_array_equal(fitted.classes_, np.arange(28))


def test_the_reference_of_sets_bears_labels_that_are_missing_from_a_fold():
    Z = RNG.normal(size=(120, 5)).astype(np.float32)
    marked = np.column_stack([Z[:, 0] > 0, Z[:, 1] > 0.5, np.arange(120) == 7])
    fitted = agreement.reference_head(
        MultiLabelHead(), Z, joined_rows(marked, ["first", "second", "once"])
    )
    assert fitted.classes_.tolist() == ["first", "once", "second"]
    assert min(candidate.C for candidate in MultiLabelHead().candidates(Z)) < fitted.C


def test_the_reference_of_numbers_is_chosen_by_its_error():
    Z = RNG.normal(size=(100, 60)).astype(np.float32)
    noise, signal = RNG.normal(size=100), 10 * Z[:, 0]
    weak = agreement.reference_head(RidgeHead(), Z, signal + 0.01 * noise)
    strong = agreement.reference_head(RidgeHead(), Z, [str(number) for number in noise])
    assert weak.alpha < strong.alpha


def test_rare_classes_are_asked_for_their_own_surest_pairs():
    y = np.repeat(np.arange(28), [400, *[5] * 27])
    p = 0.5 * np.eye(28)[y] + 0.5 * RNG.dirichlet(np.ones(28), size=len(y))
    measure = ClassMeasure(p)
    blind = p.copy()
    blind[:, 1:] *= 1e-3  # right in three quarters of the rows, and blind to all rare classes
    assert measure.n_pairs > len(y) / 2
    assert measure.score(p).score == pytest.approx(1.0)
    assert measure.score(blind).score < 0.1
