"""A text is blank where nothing is left of it for comparison."""

from __future__ import annotations

import sys

from langalign.data.text import folded, is_blank


def test_a_character_is_blank_where_folding_leaves_nothing():
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]
    blank = [character for character in characters if is_blank(character)]
    assert blank == [character for character in characters if not folded(character)]
    assert is_blank("".join(blank))
    assert not any(is_blank(f"{''.join(blank)}{text}") for text in ("a", "가", "\u0301", "🙂"))


def test_an_empty_text_is_blank():
    assert is_blank("")
