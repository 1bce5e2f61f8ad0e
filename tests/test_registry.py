"""The registry finds what is registered, names what is near, and needs no second table."""

from __future__ import annotations

import sys

import pytest

from langalign.errors import LangAlignError, UnknownNameError
from langalign.registry import Registry


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "planets_for_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from langalign.registry import Registry\n"
        "planets = Registry('planet', 'planets_for_a_test')\n"
    )
    (folder / "inner.py").write_text(
        "from planets_for_a_test import planets\n"
        "@planets.register('mercury')\nclass Mercury: ...\n"
        "@planets.register('venus')\nclass Venus: ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("planets_for_a_test")]:
        del sys.modules[name]


def test_a_file_dropped_into_the_package_is_found(package):
    (package / "outer.py").write_text(
        "from planets_for_a_test import planets\n@planets.register('neptune')\nclass Neptune: ...\n"
    )
    from planets_for_a_test import planets

    assert planets.names() == ["mercury", "neptune", "venus"]
    assert planets.get("neptune").__name__ == "Neptune"
    assert planets.get("neptune").registered_name == "neptune"


def test_a_typo_is_answered_with_the_nearest_name(package):
    from planets_for_a_test import planets

    with pytest.raises(UnknownNameError) as caught:
        planets.get("merkury")
    assert str(caught.value) == (
        "there is no planet called 'merkury'. Did you mean 'mercury'? Known: mercury, venus."
    )
    assert isinstance(caught.value, LangAlignError | KeyError)


def test_two_classes_cannot_share_a_name():
    registry = Registry("thing", "json")

    @registry.register("one")
    class First: ...

    def again():
        class Second: ...

        return registry.register("one")(Second)

    with pytest.raises(ValueError, match="two things are called 'one'"):
        again()
    # The same class once more (a reloaded module) is fine.
    registry.register("one")(First)


def test_equally_named_classes_of_two_files_cannot_share_a_name():
    registry = Registry("thing", "json")
    one, other = type("Same", (), {"__module__": "a"}), type("Same", (), {"__module__": "b"})
    registry.register("same")(one)
    with pytest.raises(ValueError, match="two things"):
        registry.register("same")(other)
