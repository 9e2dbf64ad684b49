"""A directory goes to a host as it is, in pieces that are made while they are sent."""

import tarfile
from base64 import b64decode
from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.upload import CHUNK, Upload

SIZES = st.integers(0, 2000) | st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5])


def arrived(directory: Path) -> dict[str, bytes | None]:
    """What the other side unpacks, by name; None for a directory."""
    raw = b"".join(map(b64decode, Upload(directory)))
    with tarfile.open(fileobj=BytesIO(raw)) as archive:
        found = ((one.name, archive.extractfile(one)) for one in archive)
        return {name: file.read() if file else None for name, file in found}


@settings(deadline=None, max_examples=30)
@given(st.lists(SIZES, max_size=4))
def test_every_file_arrives_as_it_is(tmp_path_factory, sizes: list[int]) -> None:
    directory = tmp_path_factory.mktemp("dump")
    (directory / "data").mkdir()
    for number, size in enumerate(sizes):
        (directory / "data" / f"{number}.dat").write_bytes(bytes([number]) * size)
    wanted = {f"data/{number}.dat": bytes([number]) * size for number, size in enumerate(sizes)}
    assert arrived(directory) == {"data": None, **wanted}


def test_nobody_but_its_owner_may_read_what_arrives(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").chmod(0o644)
    with tarfile.open(fileobj=BytesIO(b"".join(map(b64decode, Upload(tmp_path))))) as archive:
        assert [(one.mode, one.uid, one.uname) for one in archive] == [(0o600, 0, "")]


def test_pyinfra_takes_it_for_standard_input_and_prints_nothing_of_it(tmp_path: Path) -> None:
    from pyinfra.connectors.util import write_stdin

    class Kept(BytesIO):
        def close(self) -> None:
            pass

    (tmp_path / "rows").write_text("a secret")
    upload, sent = Upload(tmp_path), Kept()
    assert upload
    assert "secret" not in repr(upload)
    write_stdin(upload, sent)
    assert b"a secret" in b64decode(sent.getvalue().replace(b"\n", b""))
