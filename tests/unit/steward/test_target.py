"""Where a restore is to land, in an operator's words."""

import contextlib
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.problem import Refused
from steward.restore.target import MOMENT as PATTERN
from steward.restore.target import Target, add_arguments, parse_moment, target, target_of
from steward.restore.window import show

OFFSET = st.integers(-15 * 60 - 59, 15 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENT = st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=OFFSET)


def parsed(*words: str) -> Target:
    parser = ArgumentParser()
    add_arguments(parser)
    return target(parser.parse_args(words))


def refused(*words: str) -> str:
    with pytest.raises(Refused) as caught:
        parsed(*words)
    return str(caught.value)


# --- moments ---------------------------------------------------------------------------------------------------------


@given(MOMENT, st.sampled_from(" T"), st.sampled_from(["", " "]))
def test_a_moment_is_what_datetime_itself_reads(moment: datetime, between: str, space: str) -> None:
    text = moment.isoformat(between)
    head, sign, offset = text[:19] + text[19:-6], text[-6], text[-5:]
    assert parse_moment(f"{head}{space}{sign}{offset}") == moment
    assert parse_moment(f"{head}{sign}{offset.replace(':', '')}") == moment
    assert parse_moment(text).utcoffset() == timedelta(0)


@given(MOMENT)
def test_a_moment_that_is_shown_can_be_written_back(moment: datetime) -> None:
    assert parse_moment(show(moment.astimezone(UTC))) == moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21 12:00+00", datetime(2026, 11, 21, 12)),
        ("2026-11-21T12:00:00Z", datetime(2026, 11, 21, 12)),
        (" 2026-11-21 12:00:00 utc ", datetime(2026, 11, 21, 12)),
        ("2026-11-21 12:00:00.5+01", datetime(2026, 11, 21, 11, 0, 0, 500000)),
        ("2026-11-21 12:00:00.000001-0330", datetime(2026, 11, 21, 15, 30, 0, 1)),
        ("2026-11-21 00:30:00+05:45", datetime(2026, 11, 20, 18, 45)),
        ("2024-02-29 23:59:59.999999+15:59", datetime(2024, 2, 29, 8, 0, 59, 999999)),
    ],
)
def test_moments_are_read_as_people_write_them(text: str, expected: datetime) -> None:
    assert parse_moment(text) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21 12:00:00",  # of which zone?
        "2026-11-21 12:00:00 CET",
        "2026-11-21",
        "2026-13-21 12:00:00+00",
        "2026-02-29 12:00:00+00",
        "2026-11-21 24:00:00+00",
        "2026-11-21 12:00:60+00",
        "2026-11-21 12:00:00+16",
        "2026-11-21 12:00:00+99",
        "2026-11-21 12:00:00+01:60",
        "2026-11-21 12:00:00.1234567+00",
        "0001-01-01 00:00:00+01",
        "9999-12-31 23:59:59-01",
        "２０２６-11-21 12:00:00+00",
        "now",
    ],
)
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_moment(text)
    if text:
        assert "HINT: write time='2026-11-21 12:00:00+00'" in refused("--time", text)


@given(st.text(max_size=30) | st.from_regex(PATTERN, fullmatch=True))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_moment(text).tzinfo is UTC


# --- targets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected", "said"),
    [
        ([], Target("end"), "the end of the archive"),
        (["--end"], Target("end"), "the end of the archive"),
        (["--lsn", "0/3000148"], Target("lsn", "0/3000148"), "lsn 0/3000148"),
        (["--xid", "7423", "--exclusive"], Target("xid", "7423", 0, True), "just before xid 7423"),
        (["--name", "before the release, 2.0"], Target("name", "before the release, 2.0"), None),
        (["--set", "20261121-100000F", "--timeline", "2"], Target("set", "20261121-100000F", 2), None),
        (["--time", " 2026-11-21 12:00+01 "], Target("time", "2026-11-21 12:00+01"), "time 2026-11-21 12:00+01"),
    ],
)
def test_a_target_is_read(words: list[str], expected: Target, said: str | None) -> None:
    assert parsed(*words) == expected
    assert said is None or str(expected) == said


def test_a_target_knows_its_moment_and_its_position() -> None:
    assert Target("time", "2026-11-21 12:00+01").moment == datetime(2026, 11, 21, 11, tzinfo=UTC)
    assert Target("lsn", "1/28").position == (1 << 32) + 0x28


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--lsn=3000148"], "lsn: '3000148' is not a position"),
        (["--xid=-1"], "xid: '-1' is not a transaction's number"),
        (["--xid", "²"], "xid: '²' is not a transaction's number"),
        (["--xid", "七"], "xid: '七' is not a transaction's number"),
        (["--end", "--exclusive"], "exclusive: means nothing for end"),
        (["--set", "x", "--exclusive"], "exclusive: means nothing for set"),
        (["--name", "x", "--exclusive"], "exclusive: means nothing for name"),
        (["--xid", "1", "--lsn", "0/28"], "target: lsn and xid name more than one"),
        (["--xid", "1", "--end"], "target: xid and end name more than one"),
        (["--timeline=-1"], "timeline: '-1' is not a timeline's number"),
    ],
)
def test_what_says_no_target_is_refused(words: list[str], what: str) -> None:
    assert what in refused(*words)


@pytest.mark.parametrize("kind", ["time", "lsn", "xid", "name", "set"])
def test_a_target_that_turned_out_empty_is_never_the_end(kind: str) -> None:
    """`--time "$moment"` where the variable is unset: all the way to the disaster is not what was wanted."""
    assert refused(f"--{kind}", "").startswith("the target: 1 problem")
    assert refused(f"--{kind}", " ").startswith("the target: 1 problem")


@pytest.mark.parametrize("number", ["²", "七", "x", "2.0"])
def test_a_timeline_in_words_is_a_number(number: str) -> None:
    with pytest.raises(Refused, match="is not a timeline's number"):
        target_of({"timeline": number})
    assert target_of({"timeline": "3", "exclusive": "no"}) == Target("end", "", 3)


@pytest.mark.parametrize(("word", "exclusive"), [("yes", True), ("True", True), ("no", False), ("", False)])
def test_no_means_no(word: str, exclusive: bool) -> None:
    assert target_of({"xid": "1", "exclusive": word}).exclusive is exclusive


def test_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(Refused, match="exclusive: 'perhaps' is neither yes nor no"):
        target_of({"xid": "1", "exclusive": "perhaps"})
