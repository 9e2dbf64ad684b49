"""A public key of age is whole or refused."""

from hypothesis import given
from hypothesis import strategies as st

from fleet.bech32 import ALPHABET, is_whole

KEYS = (
    "age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8",
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
)


def test_keys_of_age_are_whole() -> None:
    assert all(map(is_whole, KEYS))


@given(st.sampled_from(KEYS), st.integers(4, 61), st.sampled_from(ALPHABET))
def test_no_single_letter_can_be_mistyped(key: str, index: int, letter: str) -> None:
    mistyped = key[:index] + letter + key[index + 1 :]
    assert is_whole(mistyped) == (mistyped == key)


@given(st.text(max_size=70))
def test_any_other_text_is_not_whole_and_no_error(text: str) -> None:
    assert not is_whole(text) or text.rpartition("1")[0]
