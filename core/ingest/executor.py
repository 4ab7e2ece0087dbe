"""Runs jobs in threads that a hanging parser cannot hold on to."""

import concurrent.futures
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any


class DaemonExecutor(concurrent.futures.Executor):
    """A daemon thread for every call, at once: the caller limits how many it has under way.

    `concurrent.futures.ThreadPoolExecutor` joins its threads when the process ends, so one parser that hangs would keep
    the process; a daemon thread is left behind instead.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        """Run fn(*args, **kwargs) in a new thread, in a copy of this thread's context."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        context = copy_context()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(context.run(fn, *args, **kwargs))
            except BaseException as err:  # noqa: BLE001  handed on to whoever asks for the result
                future.set_exception(err)

        threading.Thread(target=work, daemon=True, name="gridtrace-job").start()
        return future
