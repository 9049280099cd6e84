import pytest
from django.core.exceptions import ValidationError

from accounts.names import clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Maria   Luz ", "Maria Luz"),
        ("O’Neill", "O’Neill"),
        ("Zoe\u0308", "Zoë"),
        ("山田 太郎", "山田 太郎"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("\u00a0Ana\u00a0", "Ana"),
        ("x" * 60, "x" * 60),
    ],
)
def test_name_is_kept_on_one_line_with_single_spaces(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u200d", "x" * 61, "a\x00b", "a\nb", "a\u202eb", "a\u2066b", "a\u2028b", "\ud800"]
)
def test_name_without_letters_or_with_control_characters_is_refused(typed):
    with pytest.raises(ValidationError) as refusal:
        clean_name(typed)
    assert refusal.value.messages[0].endswith(".")
