"""The channel that all views of a lens share: requests from the browser, answered in a few threads.

The browser sends `{"requests": [{rid, kind, params, slot, n_buffers}, ...]}` and receives one message per request:
`{rid, result}` or `{rid, error: {type, message}}`, preceded by any number of `{rid, progress}`. The key is `rid`
because ipykernel uses `id` itself. A request supersedes the previous one in its slot; `cancel` cancels one by its rid.
Messages arrive in any thread of the kernel; handlers run in threads of the channel, so that a slow one blocks neither
cells nor pictures. Kinds that may take many seconds have threads of their own.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from semanticlens_widgets.errors import SemanticLensError
from semanticlens_widgets.widgets.kernel.bundle import _NOT_SHOWN
from semanticlens_widgets.widgets.kernel.request import Answer, Cancelled, Handler, Request
from semanticlens_widgets.widgets.kernel.routing import RoutedWidget

_THREADS = 4
_SLOW_THREADS = 2
_EXPECTED = (SemanticLensError, ValueError, TypeError, LookupError)


class Channel(RoutedWidget):
    """A model without a view that answers the requests of all views."""

    _esm = _NOT_SHOWN

    def __init__(
        self, handlers: Mapping[str, Handler], slow: Collection[str] = (), waiting: Collection[str] = ()
    ) -> None:
        """Opens a channel with one handler per kind of request.

        The kinds in `slow` may take many seconds; those in `waiting` only wait for work that is done elsewhere, and
        any number of them waits at a time.
        """
        self._handlers = handlers
        self._slow, self._waiting_kinds = slow, waiting
        self._guard = threading.Lock()
        self._waiting: dict[str, Request] = {}
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
            waiting = list(self._waiting.values())
        for request in waiting:
            request.cancel()
        for threads in (self._threads, self._slow_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _receive(self, _widget: object, content: object, buffers: Sequence[bytes | memoryview]) -> None:
        asked = content.get("requests") if isinstance(content, dict) else None
        if not isinstance(asked, list):
            return
        rest = list(buffers or ())
        for item in asked:
            n_buffers = int(item.get("n_buffers", 0))
            own, rest = rest[:n_buffers], rest[n_buffers:]
            self._take(item, own)

    def _take(self, item: Mapping[str, Any], buffers: Sequence[bytes | memoryview]) -> None:
        rid, kind, params = str(item["rid"]), str(item["kind"]), item.get("params") or {}
        if kind == "cancel":
            self._cancel(str(params.get("rid")))
            return
        request = Request(rid, kind, params, buffers, self._reporter(rid))
        self._register(request, item.get("slot"))
        # The copied context holds the message with the request, by which the kernel routes the answer.
        context = copy_context()
        work = lambda: context.run(self._work, request)  # noqa: E731
        if kind in self._waiting_kinds:
            # A daemon, unlike the threads of a pool, does not delay the end of the kernel.
            threading.Thread(target=work, name="semanticlens_widgets_waiting", daemon=True).start()
        else:
            (self._slow_threads if kind in self._slow else self._threads).submit(work)

    def _register(self, request: Request, slot: str | None) -> None:
        with self._guard:
            self._waiting[request.rid] = request
            before = None if slot is None else self._slots.get(slot)
            if slot is not None:
                self._slots[slot] = request
        if before is not None:
            before.cancel()

    def _cancel(self, rid: str) -> None:
        with self._guard:
            request = self._waiting.get(rid)
        if request is not None:
            request.cancel()

    def _work(self, request: Request) -> None:
        try:
            request.check()
            answer = self._handler(request.kind)(request)
            request.check()
            self._send_answer(request, answer)
        except Cancelled:
            self._send_error(request, "Cancelled", "the request was cancelled")
        except _EXPECTED as error:
            self.log.debug("request %s failed", request.kind, exc_info=True)
            self._send_error(request, type(error).__name__, _message(error))
        except Exception as error:  # the browser gets an answer whatever a model or a file raises
            self.log.error("request %s failed", request.kind, exc_info=True)
            self._send_error(request, type(error).__name__, f"{type(error).__name__}: {_message(error)}")
        finally:
            self._forget(request)

    def _handler(self, kind: str) -> Handler:
        if kind not in self._handlers:
            raise ValueError(f"there is no request {kind!r}; the page may run an older version: reload it")
        return self._handlers[kind]

    def _forget(self, request: Request) -> None:
        with self._guard:
            self._waiting.pop(request.rid, None)
            self._slots = {slot: latest for slot, latest in self._slots.items() if latest is not request}

    def _send_answer(self, request: Request, answer: Answer) -> None:
        self.send({"rid": request.rid, "result": dict(answer.result)}, buffers=list(answer.buffers))

    def _send_error(self, request: Request, kind: str, message: str) -> None:
        self.send({"rid": request.rid, "error": {"type": kind, "message": message}})

    def _reporter(self, rid: str) -> Callable[[int, int, str], None]:
        return lambda done, total, what: self.send(
            {"rid": rid, "progress": {"done": done, "total": total, "what": what}}
        )


def _message(error: BaseException) -> str:
    # A KeyError's text is the repr of its argument.
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return text or type(error).__name__
