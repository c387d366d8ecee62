"""Ray as an executor."""

from typing import Any


class RayExecutor:
    """Tasks of Ray, with `submit` and `scatter`: `Lens.build(..., executor=slw.RayExecutor(num_gpus=1))`.

    Args:
        **options: Of each task, as for `ray.remote`: num_cpus, num_gpus, resources, runtime_env. Ray is started with
            its defaults unless it runs already.

    Raises ImportError without the extra `ray`.
    """

    def __init__(self, **options: Any) -> None:
        try:
            import ray
        except ImportError as error:
            raise ImportError("RayExecutor needs Ray: pip install 'semanticlens-widgets[ray]'") from error
        if not ray.is_initialized():
            ray.init()
        self._ray, self._options = ray, {"max_retries": 0, **options}

    @property
    def n_workers(self) -> int:
        """The tasks for which the cluster has room at a time."""
        has, share = self._ray.cluster_resources(), self._options.get("num_gpus")
        return max(1, int(has.get("GPU", 0) / share if share else has.get("CPU", 1)))

    def scatter(self, data: bytes) -> Any:
        """A reference to the data, which every node fetches once."""
        return self._ray.put(data)

    def submit(self, function: Any, /, *arguments: Any) -> "RayFuture":
        """The future of the function of the arguments."""
        task = self._ray.remote(function).options(**self._options)
        return RayFuture(self._ray, task.remote(*arguments))


class RayFuture:
    """The result of a task that runs."""

    def __init__(self, ray: Any, reference: Any) -> None:
        self._ray, self._reference = ray, reference

    def result(self) -> Any:
        """Waits for the result; raises what Ray raises when the task was lost."""
        return self._ray.get(self._reference)

    def cancel(self) -> None:
        """Stops the task."""
        self._ray.cancel(self._reference)
