"""A store of made-up zones, of which models have been learnt."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.forecast import training
from core.store import Store, open_store
from tests.core.forecast import made_up
from tests.core.forecast.made_up import CONFIGURED, DAY_S, HOUR_S, NOW_S, RUN_S, RUNNING_S


@pytest.fixture(scope="session")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with 122 days of FR and DE and 20 of ES; weather of FR and ES; what was learnt of all."""
    place = tmp_path_factory.mktemp("taught") / "store.db"
    first_s = RUNNING_S - 122 * DAY_S
    with open_store(place) as store:
        spans = dict.fromkeys(made_up.ZONES, (first_s, RUNNING_S)) | {"ES": (RUNNING_S - 20 * DAY_S, RUNNING_S)}
        made_up.put_results(store, spans)
        made_up.put_weather(store, ["FR", "ES"], first_s, RUNNING_S + HOUR_S)
        made_up.put_weather(store, ["FR", "ES"], RUNNING_S + HOUR_S, RUNNING_S + 80 * HOUR_S, NOW_S - RUN_S)
        found = {one.zone_key: one for one in training.teach(store, [*CONFIGURED.values()], NOW_S, workers=2)}
        assert {key: one.method for key, one in found.items()} == {
            "FR": "boosting_with_weather", "DE": "boosting", "ES": ""}
    return place


@pytest.fixture
def learnt(taught: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(taught, tmp_path / "store.db")
    with open_store(tmp_path / "store.db") as opened:
        yield opened
