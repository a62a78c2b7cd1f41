"""A process that opens the bundled embedder over a cache folder: CACHE TEXT; prints how often it had to export."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ctxkb.embed.registry import open_embedder


def main() -> None:
    said: list[str] = []

    def on_export(line: str) -> None:
        said.append(line)
        sys.stderr.write("exporting\n")
        sys.stderr.flush()

    shape = open_embedder("default", Path(sys.argv[1]), on_export=on_export).embed([sys.argv[2]]).shape
    sys.stdout.write(json.dumps({"exports": len(said), "shape": shape, "torch": "torch" in sys.modules}))


if __name__ == "__main__":
    main()
