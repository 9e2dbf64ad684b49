"""Bech32 (BIP 173), which age writes its public keys in: whether what was typed or pasted is whole."""

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def is_whole(text: str) -> bool:
    """Whether the checksum at the end of `text`, in lower case, is that of the rest."""
    prefix, separator, data = text.rpartition("1")
    if not (prefix and separator and len(data) >= 6 and set(data) <= set(ALPHABET)):
        return False
    head = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    return _polymod([*head, *(ALPHABET.index(letter) for letter in data)]) == 1


def _polymod(values: list[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for bit, factor in enumerate(GENERATOR):
            found ^= factor if top >> bit & 1 else 0
    return found
