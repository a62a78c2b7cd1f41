"""What each part of the ranking earns: recall and MRR on the labelled questions with one part at a time switched off.

Run from the repository's root: `.venv/bin/python benchmarks/ablation.py [--quick]`. The corpora and questions are read
from ../shared/eval or $CTXKB_CORPORA/..; every variant answers the same questions from the same index. `--quick` takes
one corpus and three variants. Prints a Markdown table: recall at 1,000 and 2,000 tokens and MRR, a column a corpus.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from ctxkb.config import load_config
from ctxkb.evaluate.questions import Question, read_questions
from ctxkb.evaluate.run import evaluate
from ctxkb.knowledge import Knowledge
from ctxkb.retrieve.weights import DEFAULT, Weights
from ctxkb_ingest.embedders import configured_embedder
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.open import open_catalog, reader_vectors

ROOT = Path(__file__).resolve().parent.parent
BUDGETS = (1000, 2000)

VARIANTS: dict[str, Weights] = {
    "everything": DEFAULT,
    "words alone": replace(DEFAULT, meaning=0.0, kin=0.0, subject=0.0),
    "meaning alone": replace(DEFAULT, words=0.0, names=0.0),
    "without details of long units": replace(DEFAULT, detail=0.0),
    "without identifiers": replace(DEFAULT, names=0.0, naming=0.0),
    "without the document's other units": replace(DEFAULT, document=0.0),
    "without the document's subject": replace(DEFAULT, subject=0.0),
    "without decision first": replace(DEFAULT, outcome=0.0),
    "without consequences": replace(DEFAULT, consequence=0.0),
    "without introductions of guides": replace(DEFAULT, introduction=0.0),
    "without schemas of operations": replace(DEFAULT, reference=0.0),
    "without spreading over documents": replace(DEFAULT, repeat=1.0),
    "without later documents on the subject": replace(DEFAULT, kin=0.0),
    "conventions weigh like the rest": replace(DEFAULT, convention=1.0),
    "contracts weigh like the rest": replace(DEFAULT, contract=1.0),
    "decisions weigh like the rest where it asks how": replace(DEFAULT, manner=1.0),
    "what says less weighs like the rest": replace(DEFAULT, thin=1.0),
    "what does not hold weighs like the rest": replace(DEFAULT, settled=1.0),
}


def main() -> None:
    """Prints the table."""
    quick = "--quick" in sys.argv
    corpora = [folder for folder in sorted((_eval() / "corpora").iterdir()) if folder.is_dir()][: 1 if quick else None]
    variants = dict(list(VARIANTS.items())[: 3 if quick else None])
    cells: dict[str, list[str]] = {name: [] for name in variants}
    for corpus in corpora:
        with tempfile.TemporaryDirectory() as folder:
            base = _indexed(corpus, Path(folder) / corpus.name)
            questions = read_questions((_eval() / "queries" / f"{corpus.name}.jsonl").read_text("utf-8"), corpus.name)
            for name, weights in variants.items():
                cells[name].extend(_figures(base, questions, weights))
            base.catalog.close()
    names = [corpus.name for corpus in corpora]
    print("| | " + " | ".join(f"{n}: recall at 1,000 | at 2,000 | MRR" for n in names) + " |")
    print("|---" * (1 + 3 * len(names)) + "|")
    for name, row in cells.items():
        print(f"| {name} | " + " | ".join(row) + " |")


def _eval() -> Path:
    named = os.environ.get("CTXKB_CORPORA")
    return Path(named).parent if named else ROOT.parent / "shared" / "eval"


def _indexed(corpus: Path, root: Path) -> Knowledge:
    """A knowledge base over a copy of the corpus."""
    shutil.copytree(corpus, root, ignore=shutil.ignore_patterns("SOURCE*.txt"))
    config = load_config(root)
    embedder = configured_embedder(config)
    catalog = open_catalog(root)
    index_repository(root, config, catalog, embedder)
    return Knowledge(root, config, catalog, embedder, reader_vectors(catalog, "", embedder))


def _figures(base: Knowledge, questions: tuple[Question, ...], weights: Weights) -> list[str]:
    variant = Knowledge(base.root, base.config, base.catalog, base.embedder, base._vectors, weights)
    report = evaluate(variant, questions, "", BUDGETS, BUDGETS[-1])
    recalls = [report.whole.recall(number) for number in range(len(BUDGETS))]
    return [f"{figure:.3f}" if figure is not None else "-" for figure in (*recalls, report.whole.mrr)]


if __name__ == "__main__":
    main()
