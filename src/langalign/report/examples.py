"""Example predictions by language, right and wrong ones apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from langalign.report.content import Example

NAMES = {"en": "English", "ko": "Korean", "ja": "Japanese", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class ExamplesOfLanguage:
    """The examples of one language, each part in the order given."""

    language: str
    right: tuple[Example, ...]
    wrong: tuple[Example, ...]

    @property
    def title(self) -> str:
        """Return the language's name, or its code where the name is not known."""
        return NAMES.get(self.language.split("-")[0], self.language)


def by_language(examples: Sequence[Example]) -> list[ExamplesOfLanguage]:
    """Gather examples by language, in order of first appearance.

    Examples
    --------
    >>> (korean,) = by_language([Example("아니", "bad", "good", language="ko")])
    >>> korean.title, len(korean.right), len(korean.wrong)
    ('Korean', 0, 1)
    """
    languages = dict.fromkeys(example.language for example in examples)
    gathered = {
        language: [example for example in examples if example.language == language]
        for language in languages
    }
    return [
        ExamplesOfLanguage(
            language,
            tuple(example for example in own if example.right),
            tuple(example for example in own if not example.right),
        )
        for language, own in gathered.items()
    ]
