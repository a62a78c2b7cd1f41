from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb.knowledge import Request
from ctxkb_ingest.words import fingerprint
from ctxkb_server.engine import Engine
from ctxkb_server.settings import Settings
from support.network import until
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

LETTERS, VOWELS = (f"llama-index:support.llama:{name}" for name in ("Letters", "Vowels"))


def _models(root: Path) -> set[str]:
    catalog = Catalog(root / ".kb")
    try:
        return {row[0] for row in catalog.connection.execute("SELECT DISTINCT model FROM embeddings")}
    finally:
        catalog.close()


def test_a_change_is_told_once(tmp_path: Path) -> None:
    """A written configuration is given once; one that cannot be read is not, until it is mended."""
    (tmp_path / "kb.toml").write_text("")
    settings = Settings(tmp_path)
    assert settings.changed() is None
    (tmp_path / "kb.toml").write_text("[budget]\ndefault = 500\n")
    config = settings.changed()
    assert config is not None
    assert config.budget.default == 500
    assert settings.changed() is None
    (tmp_path / "kb.toml").write_text("[budget\n")
    assert settings.changed() is None


def test_a_running_server_takes_another_model(tmp_path: Path) -> None:
    """While a server runs, another `[embedding] model` embeds everything anew, and questions are asked with it."""
    repo = sample(tmp_path)
    repo.write({"kb.toml": f'[embedding]\nmodel = "{LETTERS}"\n'})
    problems: list[str] = []
    engine = Engine(tmp_path, load_config(tmp_path), problems.append)
    engine.start()
    try:
        until(lambda: bool(engine.catalog.meta("complete")))
        assert _models(tmp_path) == {f"{LETTERS}@letters"}
        repo.write({"kb.toml": f'[embedding]\nmodel = "{VOWELS}"\n'})
        until(lambda: _models(tmp_path) == {f"{LETTERS}@letters", f"{VOWELS}@vowels"})
        wanted = fingerprint(load_config(tmp_path).embedding.model_dump_json())
        until(lambda: bool(engine.catalog.meta("complete")) and engine.catalog.meta("model") == wanted)
        pack = engine.knowledge.context(Request("call another service"))
        assert any("httpx" in item.text for item in pack.items)
    finally:
        engine.close()
    assert problems == []


def test_other_settings_are_taken_over_at_once(tmp_path: Path) -> None:
    """What answers go by is read anew; the model and the index stay as they are."""
    repo = sample(tmp_path)
    repo.write({"kb.toml": f'[embedding]\nmodel = "{LETTERS}"\n'})
    engine = Engine(tmp_path, load_config(tmp_path), lambda problem: None)  # noqa: ARG005 - nobody wants to be told
    engine.start()
    try:
        until(lambda: bool(engine.catalog.meta("complete")))
        before = engine.catalog
        repo.write({"kb.toml": f'[embedding]\nmodel = "{LETTERS}"\n[budget]\ndefault = 500\n'})
        until(lambda: engine.knowledge.config.budget.default == 500)
        assert engine.catalog is before
    finally:
        engine.close()
