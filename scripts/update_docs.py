"""Write what docs/ has from the code: whole pages, the ends of others, JSON Schemas and the picture of the floors.

    python scripts/update_docs.py            write them
    python scripts/update_docs.py --check    only say which are out of date; exit code 1 if one is
"""

import sys
from pathlib import Path

from pages import PAGES, wanted

DOCS = Path(__file__).resolve().parent.parent / "docs"


def main() -> None:
    stale = []
    for name in PAGES:
        path, text = DOCS / name, wanted(name)
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    word = "out of date" if "--check" in sys.argv else "written"
    print(f"{word}: {', '.join(stale)}" if stale else "every page is up to date")
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
