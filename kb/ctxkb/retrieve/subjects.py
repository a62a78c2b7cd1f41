"""What documents are about: which of them treat the same subject, whatever words they use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog

CENTRE = 0.7
"""How much of what all documents of a repository share is taken away before two of them are compared."""

NEAREST = 5
"""How many documents may count as being about the same subject as one."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """One unit-length vector a document, shape (n, dimensions), and the row of each document's id."""

    rows: dict[str, int]
    ids: tuple[str, ...]
    matrix: NDArray[np.float32]
    centre: NDArray[np.float32]
    """What they are about together: the mean of their vectors, shape (dimensions,)."""

    def theme(self, vector: NDArray[np.float32]) -> float:
        """How near a question is to what all documents are about together."""
        return float(self.centre @ vector)

    def near(self, document: str, least: float) -> list[tuple[str, float]]:
        """At most `NEAREST` other documents whose cosine to `document` is `least` or more, the nearest first."""
        from ctxkb.vectors.exact import cosines

        row = self.rows.get(document)
        if row is None:
            return []
        found = cosines(self.matrix, self.matrix[row])
        found[row] = -2.0
        nearest = found.argsort()[::-1][:NEAREST]
        return [(self.ids[number], float(found[number])) for number in nearest if found[number] >= least]

    def about(self, vector: NDArray[np.float32]) -> dict[str, float]:
        """How near the subject of each document is to a question: 1 for the nearest one, 0 for the middle of them."""
        import numpy as np

        from ctxkb.vectors.exact import cosines

        found = cosines(self.matrix, vector)
        middle = float(np.median(found))
        span = max(float(found.max()) - middle, 1e-9)
        near = np.maximum(found - middle, 0.0) / span
        return dict(zip(self.ids, near.tolist(), strict=True))


def load_subjects(catalog: Catalog, model: str) -> Subjects | None:
    """The subjects of the catalog's documents in vectors of `model`; None where they are not known yet."""
    import numpy as np

    ids, means = catalog.subjects(model)
    if len(ids) < 2:
        return None
    centre = means.mean(axis=0)
    centred = means - CENTRE * centre
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    matrix = centred / np.maximum(lengths, 1e-9)
    rows = {identity: row for row, identity in enumerate(ids)}
    return Subjects(rows, tuple(ids), matrix.astype(np.float32), centre)
