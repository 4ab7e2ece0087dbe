"""`python test_parser.py FR`: run one parser and look at what it returns; the same as `gridtrace test-parser`."""

import sys

from core.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "test-parser")
    main()
