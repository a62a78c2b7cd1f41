"""Models of sentence-transformers: from a folder, from the Hugging Face cache, or from the hub where it answers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_HUB_SECONDS = 5.0
"""How long the hub may take to accept a question, and again to answer it."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of models: its class in sentence-transformers, and who owns those that are named without an owner.

    `table` is that of the configuration which names the model; `instead` is the way out that an error names.
    """

    cls: Literal["SentenceTransformer", "CrossEncoder"]
    owner: str
    table: str
    instead: str


def load_model(sort: Sort, model: str, *, local: bool) -> Any:  # noqa: ANN401 - sentence-transformers is not followed by the type checker
    """The model, loaded without a word (about 6 s); `local` tells that it is a folder.

    What is cached needs no network. What is not is asked for first: loading it would try for minutes where there is
    no network. Raises `ConfigError` where it cannot be loaded.
    """
    cached = local or _is_cached(sort, model)
    if not cached:
        _insist_known(sort, model)
    load = _quiet(sort)
    try:
        return load(model, device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        if local:
            raise ConfigError(
                f'[{sort.table}] the model in folder "{model}" cannot be loaded: {_first_line(error)}'
            ) from error
    if cached:  # only a part of it
        _insist_known(sort, model)
    try:
        return load(model, device="cpu")
    except _hub_errors() as error:
        raise _nowhere(sort, model, error) from error


def _quiet(sort: Sort) -> Callable[..., Any]:
    """The class, once it says nothing while it loads."""
    import sentence_transformers
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bars()
    disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    found: Callable[..., Any] = getattr(sentence_transformers, sort.cls)
    return found


def _repository(sort: Sort, name: str) -> str:
    return name if "/" in name else f"{sort.owner}/{name}"


def _is_cached(sort: Sort, name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    repository = _repository(sort, name)
    return any(isinstance(try_to_load_from_cache(repository, file), str) for file in ("modules.json", "config.json"))


def _insist_known(sort: Sort, name: str) -> None:
    """Raises `ConfigError` where the hub does not know the model, or does not answer."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(_repository(sort, name), timeout=_HUB_SECONDS)
    except _hub_errors() as error:
        raise _nowhere(sort, name, error) from error


def _hub_errors() -> tuple[type[Exception], ...]:
    """What asking the hub may raise; of which library its HTTP errors are depends on its version."""
    from huggingface_hub.errors import HfHubHTTPError

    return (*HfHubHTTPError.__bases__, OSError, ValueError)


def _nowhere(sort: Sort, name: str, error: Exception) -> ConfigError:
    from huggingface_hub.errors import RepositoryNotFoundError

    unknown = isinstance(error, RepositoryNotFoundError)
    reason = "the hub knows no public model of that name" if unknown else _first_line(error).rstrip(".")
    return ConfigError(
        f'[{sort.table}] model "{name}" is neither a folder nor in the Hugging Face cache, and cannot be downloaded: '
        f"{reason}; check the name, download it where there is a network, or use model = {sort.instead}"
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
