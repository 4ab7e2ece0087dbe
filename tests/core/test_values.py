"""Numbers, labels and JSON as sources write them."""

import pytest

from core import values
from core.errors import SourceChanged


def test_json_in_reads_a_scripts_variable() -> None:
    page = "var xx = [9];\nfunction f() { var  x = [ 1,2 ];\nvar y=[{\"a\": \"]\"}]; var x = [3]; }"
    assert values.json_in(page, "x") == [1, 2]
    assert values.json_in(page, "y") == [{"a": "]"}]
    assert values.json_in(' {"a": 1} and more') == {"a": 1}


@pytest.mark.parametrize("text, variable", [("var x = 1", "y"), ("var x = [1, ", "x"), ("", None), ("<html>", None)])
def test_json_in_refuses_what_is_not_there(text: str, variable: str | None) -> None:
    with pytest.raises(SourceChanged):
        values.json_in(text, variable)


def test_field_tells_null_from_not_there() -> None:
    assert values.field({"a": None}, "a") is None
    with pytest.raises(SourceChanged, match="no b"):
        values.field({"a": None}, "b")
