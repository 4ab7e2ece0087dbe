"""How the sources are doing: series by series, parser by parser; what is told of it, to whom; and what to do."""
