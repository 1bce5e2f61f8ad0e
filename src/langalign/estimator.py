"""scikit-learn's estimator contract without importing scikit-learn.

A fitted aligner or head must predict in a process that never loads scikit-learn, so components
follow its contract by themselves: ``__init__`` only stores, ``fit`` validates and returns
``self``, learned attributes end in ``_``. ``sklearn.base.clone``, pipelines and
``parametrize_with_checks`` accept them as they are.
"""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any

from langalign.errors import NotFittedError, SettingError

if TYPE_CHECKING:
    from typing import Self

    from sklearn.utils import Tags


class Estimator:
    """Parameters in, learned state out: what all aligners, heads and transforms share."""

    @classmethod
    def _parameter_names(cls) -> list[str]:
        if cls.__init__ is object.__init__:
            return []
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments as stored.

        Parameters
        ----------
        deep
            Also return the parameters of nested estimators as ``outer__inner``.
        """
        params: dict[str, Any] = {}
        for name in self._parameter_names():
            value = getattr(self, name)
            params[name] = value
            if deep and hasattr(value, "get_params") and not isinstance(value, type):
                params |= {f"{name}__{key}": inner for key, inner in value.get_params().items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name and return ``self``; those of nested estimators last.

        Raises
        ------
        SettingError
            If a name is not a parameter of this estimator.
        """
        nested = []
        for key, value in params.items():
            name, _, inner = key.partition("__")
            if name not in self._parameter_names():
                raise SettingError(
                    f"{type(self).__name__} has no parameter {name!r}; "
                    f"it has: {', '.join(self._parameter_names())}"
                )
            if inner:
                nested.append((name, inner, value))
            else:
                setattr(self, name, value)
        for name, inner, value in nested:
            outer = getattr(self, name)
            if not hasattr(outer, "set_params"):
                raise SettingError(
                    f"parameter {name!r} of {type(self).__name__} is not an estimator; it has no "
                    f"parameter {inner!r}"
                )
            outer.set_params(**{inner: value})
        return self

    def fresh(self, **changes: Any) -> Self:
        """Return an unfitted copy with the same parameters, some of them changed."""
        params = {key: copy.deepcopy(value) for key, value in self.get_params(deep=False).items()}
        return type(self)(**(params | changes))

    def learned(self) -> dict[str, Any]:
        """Return the learned state: every public attribute whose name ends in ``_``."""
        return {
            name: value
            for name, value in vars(self).items()
            if name.endswith("_") and not name.startswith("_")
        }

    def __sklearn_is_fitted__(self) -> bool:
        """Tell scikit-learn whether ``fit`` has been called."""
        return bool(self.learned())

    def _require_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise NotFittedError(
                f"this {type(self).__name__} is not fitted yet; call fit before using it"
            )

    def __sklearn_tags__(self) -> Tags:
        """Describe the estimator to scikit-learn (imported only when it asks)."""
        from sklearn.utils import InputTags, Tags, TargetTags

        return Tags(
            estimator_type=None,
            target_tags=TargetTags(required=False),
            input_tags=InputTags(),
        )

    def __repr__(self) -> str:
        """Show the class with the parameters that differ from their defaults."""
        signature = inspect.signature(type(self).__init__)
        shown = [
            f"{name}={value!r}"
            for name, value in self.get_params(deep=False).items()
            if repr(value) != repr(signature.parameters[name].default)
        ]
        return f"{type(self).__name__}({', '.join(shown)})"
