"""The channel that all views of a lens share: requests from the browser, answered in a few threads.

The browser sends `{"requests": [{rid, kind, params, slot, n_buffers}, ...]}` and receives one message per request:
`{rid, result}` or `{rid, error: {type, message}}`, preceded by any number of `{rid, progress}`. The key is `rid`
because ipykernel uses `id` itself. A request supersedes the previous one in its slot; `cancel` cancels one by its rid,
and has no answer itself. An item that is no request is answered with an error, under `null` where it has no rid.
Messages arrive in any thread of the kernel; handlers run in threads of the channel, so that a slow one blocks neither
cells nor pictures. Kinds that may take many seconds have threads of their own.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from semanticlens_widgets._arguments import shown
from semanticlens_widgets.errors import SemanticLensError
from semanticlens_widgets.widgets.kernel.bundle import _NOT_SHOWN
from semanticlens_widgets.widgets.kernel.envelope import Envelope, Misfit, envelopes
from semanticlens_widgets.widgets.kernel.gate import reason
from semanticlens_widgets.widgets.kernel.request import Answer, Buffer, Cancelled, Handler, Request
from semanticlens_widgets.widgets.kernel.shared import SharedWidget

_THREADS = 4
_SLOW_THREADS = 2
_MOST_WAITING = 100
"""Requests that may wait for work done elsewhere, each in a thread of its own."""
_EXPECTED = (SemanticLensError, ValueError, TypeError, LookupError)


class Channel(SharedWidget):
    """A model without a view that answers the requests of all views."""

    _esm = _NOT_SHOWN

    def __init__(
        self, handlers: Mapping[str, Handler], slow: Collection[str] = (), waiting: Collection[str] = ()
    ) -> None:
        """Opens a channel with one handler per kind of request.

        The kinds in `slow` may take many seconds; those in `waiting` only wait for work that is done elsewhere, and
        up to 100 of them wait at a time.
        """
        self._handlers = handlers
        self._slow, self._waiting_kinds = slow, waiting
        self._guard = threading.Lock()
        self._waiting: dict[str, set[Request]] = {}
        """Requests without an answer yet, by their rid."""
        self._free = threading.BoundedSemaphore(_MOST_WAITING)
        self._slots: dict[str, Request] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="semanticlens_widgets")
        self._slow_threads = ThreadPoolExecutor(_SLOW_THREADS, thread_name_prefix="semanticlens_widgets_slow")
        super().__init__()
        self.on_msg(self._receive)

    def answer(self, kind: str, params: Mapping[str, Any]) -> Answer:
        """Returns the answer that a browser would get; raises where a browser would get an error."""
        return self._handler(kind)(Request("page", kind, params, ()))

    def close(self) -> None:
        """Cancels the requests under way and ends the threads."""
        with self._guard:
            waiting = [request for requests in self._waiting.values() for request in requests]
        for request in waiting:
            request.cancel()
        for threads in (self._threads, self._slow_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _receive(self, _widget: object, content: object, buffers: Sequence[Buffer]) -> None:
        asked = content.get("requests") if isinstance(content, dict) else None
        if not isinstance(asked, list):
            return
        for item in envelopes(asked, list(buffers or ())):
            if isinstance(item, Misfit):
                self._send_error(item.rid, "ValueError", item.reason)
            elif item.kind == "cancel":
                self._cancel(item.params.get("rid"))
            else:
                self._take(item)

    def _take(self, item: Envelope) -> None:
        request = Request(
            item.rid, item.kind, item.params, item.buffers, self._reporter(item.rid), slot=item.slot
        )
        self._register(request)
        # The copied context holds the message with the request, by which the kernel routes the answer.
        context = copy_context()
        work = lambda: context.run(self._work, request)  # noqa: E731
        if item.kind in self._waiting_kinds:
            self._wait(request, work)
        else:
            (self._slow_threads if item.kind in self._slow else self._threads).submit(work)

    def _wait(self, request: Request, work: Callable[[], None]) -> None:
        if not self._free.acquire(blocking=False):
            self._forget(request)
            self._send_error(request.rid, "ValueError", "too many views wait already; close some")
            return

        def wait() -> None:
            try:
                work()
            finally:
                self._free.release()

        # A daemon, unlike the threads of a pool, does not delay the end of the kernel.
        threading.Thread(target=wait, name="semanticlens_widgets_waiting", daemon=True).start()

    def _register(self, request: Request) -> None:
        with self._guard:
            self._waiting.setdefault(request.rid, set()).add(request)
            before = None if request.slot is None else self._slots.get(request.slot)
            if request.slot is not None:
                self._slots[request.slot] = request
        if before is not None:
            before.cancel()

    def _cancel(self, rid: object) -> None:
        with self._guard:
            for request in self._waiting.get(rid, ()) if isinstance(rid, str) else ():
                request.cancel()

    def _work(self, request: Request) -> None:
        try:
            request.check()
            answer = self._handler(request.kind)(request)
            request.check()
            self._send_answer(request, answer)
        except Cancelled:
            self._send_error(request.rid, "Cancelled", "the request was cancelled")
        except _EXPECTED as error:
            self.log.debug("request %s failed", request.kind, exc_info=True)
            self._send_error(request.rid, type(error).__name__, reason(error))
        except BaseException as error:  # the browser gets an answer whatever a model or a file raises
            self.log.error("request %s failed", request.kind, exc_info=True)
            self._send_error(request.rid, type(error).__name__, f"{type(error).__name__}: {reason(error)}")
        finally:
            self._forget(request)

    def _handler(self, kind: str) -> Handler:
        if kind not in self._handlers:
            raise ValueError(
                f"there is no request {shown(kind)}; the page may run an older version: reload it"
            )
        return self._handlers[kind]

    def _forget(self, request: Request) -> None:
        with self._guard:
            same = self._waiting[request.rid]
            same.remove(request)
            if not same:
                del self._waiting[request.rid]
            if request.slot is not None and self._slots.get(request.slot) is request:
                del self._slots[request.slot]

    def _send_answer(self, request: Request, answer: Answer) -> None:
        self.send({"rid": request.rid, "result": dict(answer.result)}, buffers=list(answer.buffers))

    def _send_error(self, rid: str | None, kind: str, message: str) -> None:
        self.send({"rid": rid, "error": {"type": kind, "message": message}})

    def _reporter(self, rid: str) -> Callable[[int, int, str], None]:
        return lambda done, total, what: self.send(
            {"rid": rid, "progress": {"done": done, "total": total, "what": what}}
        )
