"""Moments for people: seconds of the epoch as a date and a time in UTC, by arithmetic alone."""

DAY = 86_400


def date(epoch: float) -> str:
    """`2026-11-21`. Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, civil_from_days."""
    days = int(epoch // DAY) + 719_468
    era, of_era = divmod(days, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    day, month = of_year - (153 * shifted + 2) // 5 + 1, shifted + 3 if shifted < 10 else shifted - 9
    return f"{year + era * 400 + (month <= 2):04}-{month:02}-{day:02}"


def minute(epoch: float) -> str:
    """`13:37`."""
    of_day = int(epoch % DAY)
    return f"{of_day // 3600:02}:{of_day % 3600 // 60:02}"


def show(epoch: float) -> str:
    """`2026-11-21 13:37`."""
    return f"{date(epoch)} {minute(epoch)}"
