"""Every operation of the OpenAPI document: answers are as documented, and nothing asked makes the server fail.

schemathesis makes the requests. As documented: drawn from the schema, then set in a place and a time of which something
is known, else nearly all of them would be a 404. Against the document: wrong types, values and shapes. Hypothesis draws
the same ones in every run.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from core import times
from tests.core.api.serving import Served
from tests.fakes import NOON

CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_schema_conformance, checks.response_headers_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 2}
"""Requests of each operation; one of v3 where v4 has the same, which one handler answers."""
PLACES = ("zoneKey", "countryCode", "lat", "lon", "dataCenterProvider", "dataCenterRegion")
"""Other ways to say where."""
Operations = list[APIOperation[Any, Any, Any, Any]]


@pytest.fixture(scope="module")
def operations(world: Served) -> Operations:
    """All that the instance documents."""
    schema = schemathesis.openapi.from_url(f"{world.url}/openapi.json")
    found = [result.ok() for result in schema.get_all_operations()]
    assert len(found) > 220
    return found


def known(zone: str, first_h: int, length_h: int) -> dict[str, Any]:
    """Values of parameters of which the world knows something: from so many hours before noon, for so many."""
    def at(hours: int) -> str:
        return f"{times.shift(NOON, hours=hours):%Y-%m-%dT%H:%MZ}"

    start, end = at(first_h), at(first_h + length_h)
    return {
        "zone": zone, "region": zone, "location": "francecentral", "timezone": "Europe/Paris",
        "signal_type": "co2_aoer", "datetime": start, "start": start, "startTime": start, "time": start, "since": start,
        "from": start, "end": end, "endTime": end, "toTime": end, "to": end, "asOf": at(0), "date": start[:10],
        "period": "12", "block": "6", "postcode": "M15", "regionid": "3", "requestedAt": at(0), "dataStartAt": at(1),
        "dataEndAt": at(9), "windowSize": 60, "windows": [{"start": at(1), "end": at(9)}], "startWindow": at(1),
        "endWindow": at(9), "deadline": at(24), "duration": "PT2H", "locations": [[2.35, 48.86]],
        "zones": [{"provider": "aws", "region": "eu-west-3"}],
    }


def lifelike(case: Case[Any], values: Mapping[str, Any]) -> None:
    """Set a request that was drawn in a place and a time; what it does not say it still does not say, but where."""
    if "zone" in {parameter.name for parameter in case.operation.query}:
        case.query = {name: value for name, value in case.query.items() if name not in PLACES} | {"zone": ""}
    for part in (case.path_parameters, case.query, case.body):
        set_known(part, values)


def set_known(part: Any, values: Mapping[str, Any]) -> None:
    """Replace what has a known value by it, however deep."""
    if isinstance(part, list):
        for one in part:
            set_known(one, values)
    elif isinstance(part, dict):
        part.update({name: values[name] for name in part if name in values})
        for name in part.keys() - values.keys():
            set_known(part[name], values)


def problems(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, asked: Counter[int],
             ready: Callable[[Case[Any], Mapping[str, Any]], None], session: requests.Session) -> list[str]:
    """Ask an operation a few times; what is wrong with the answers, whose statuses `asked` counts."""
    found, path = [], operation.path.replace("/v3/", "/v4/")
    count = 1 if operation.path != path and path in operation.schema.raw_schema["paths"] else EXAMPLES[mode]

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode), st.sampled_from(("FR", "GB", "ES", "DE")),
           st.integers(-48, -1), st.integers(1, 48))
    def ask(case: Case[Any], zone: str, first_h: int, length_h: int) -> None:
        ready(case, known(zone, first_h, length_h))
        answer = case.call(session=session)
        asked[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            found.append(str(failure))

    ask()
    return found


def told(found: list[str]) -> str:
    return f"{len(found)} answers are not as documented:\n" + "\n".join(found[:5])


def test_what_is_asked_as_documented(operations: Operations) -> None:
    asked, found = Counter[int](), []
    with requests.Session() as session:
        for operation in operations:
            found += problems(operation, GenerationMode.POSITIVE, asked, lifelike, session)
    assert not found, told(found)
    assert asked[200] > 0.5 * asked.total(), f"too little of it is answered to say anything: {asked}"


def test_what_is_asked_against_the_document(operations: Operations) -> None:
    asked, found = Counter[int](), []
    with requests.Session() as session:
        for operation in operations:
            if can_be_wrong(operation):
                found += problems(operation, GenerationMode.NEGATIVE, asked, lambda *_: None, session)
    assert not found, told(found)
    assert asked[400] > 0.5 * asked.total(), f"too little of it is refused to say anything: {asked}"


def can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Whether it takes anything."""
    return bool([*operation.path_parameters, *operation.query, *operation.body])
