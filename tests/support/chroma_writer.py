"""A process that changes an embedded Chroma until it is killed: FOLDER; it announces itself on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from ctxkb.vectors.chroma import open_chroma
from support.vectors import DIMENSIONS, rows_of, vector_of


def main() -> None:
    folder = Path(sys.argv[1])
    index = open_chroma(folder, "test", DIMENSIONS, lambda: [rows_of(range(300))], 1)
    sys.stdout.write("open\n")
    sys.stdout.flush()
    key = 1000
    while True:
        index.update([(new, vector_of(new)) for new in range(key, key + 50)], range(key - 1000, key - 950))
        key += 50


if __name__ == "__main__":
    main()
