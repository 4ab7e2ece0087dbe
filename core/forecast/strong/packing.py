"""What was learnt of a grid as bytes: arrays, and LightGBM's own text of its trees. Nothing of it is ever run."""

import io
import json
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.forecast.strong.companions import Companions
from core.forecast.strong.learning import Edges, Learnt
from core.forecast.strong.linear import Linear, Scale
from core.forecast.strong.model import Model
from core.forecast.strong.structure import Structure, recent
from core.forecast.strong.trees import Trees, read_trees

FORMAT = 1
"""Of what is packed and of what the features mean: one more whenever either changes."""
KEPT_DAYS = 10
Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Trained:
    """A model with its band."""

    learnt: Learnt
    edges: Edges


def pack(trained: Trained) -> bytes:
    """All that a forecast needs."""
    learnt, edges = trained.learnt, trained.edges
    model, arrays = learnt.model, _of_linear("linear", learnt.model.linear)
    arrays |= {"trees": _text(model.trees), "trees_on_linear": _text(model.trees_on_linear)}
    arrays["edges"] = edges.log_intensity.astype("<f4")
    arrays |= {f"edges/{name}": one.astype("<f4") for name, one in edges.others.items()}
    facts: dict[str, object] = {
        "factors": dict(learnt.factors_g_per_kwh), "published": learnt.published}
    if model.structure:
        kept = recent(model.structure, KEPT_DAYS)
        facts["first_s"] = kept.first_s
        arrays |= {f"structure/{kind}": _text(one) for kind, one in kept.trees.items()}
        arrays |= {f"left_out/{kind}": one.astype("<f4") for kind, one in kept.left_out.items()}
    if learnt.faded is not None:
        arrays["faded"] = learnt.faded
    if learnt.companions:
        facts["companions"] = learnt.companions.columns
        arrays |= _of_linear("companions", learnt.companions.linear)
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def unpack(content: bytes) -> Trained:
    """What `pack` made. Raises ValueError or KeyError for anything else."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    facts = json.loads(arrays["facts"].tobytes())
    model = Model(
        _structure(arrays, facts["first_s"]) if "first_s" in facts else None, _linear("linear", arrays),
        _trees(arrays["trees_on_linear"]), _trees(arrays["trees"]))
    companions = None
    if "companions" in facts:
        companions = Companions(tuple(facts["companions"]), _linear("companions", arrays))
    learnt = Learnt(model, companions, facts["factors"], arrays.get("faded"), tuple(facts["published"]))
    return Trained(learnt, Edges(arrays["edges"].astype(float), _below("edges", arrays)))


def _structure(arrays: Arrays, first_s: int) -> Structure:
    trees = {kind: _trees(one) for kind, one in _raw_below("structure", arrays).items()}
    return Structure(first_s, trees, _below("left_out", arrays))


def _of_linear(name: str, linear: Linear) -> Arrays:
    return {f"{name}/mean": linear.scale.mean, f"{name}/spread": linear.scale.spread,
            f"{name}/coefficients": linear.coefficients.astype("<f4")}


def _linear(name: str, arrays: Arrays) -> Linear:
    found = _below(name, arrays)
    return Linear(Scale(found["mean"], found["spread"]), found["coefficients"])


def _raw_below(name: str, arrays: Arrays) -> Arrays:
    return {key.removeprefix(f"{name}/"): one for key, one in arrays.items() if key.startswith(f"{name}/")}


def _below(name: str, arrays: Arrays) -> dict[str, npt.NDArray[np.float64]]:
    return {key: one.astype(np.float64) for key, one in _raw_below(name, arrays).items()}


def _text(trees: Trees) -> npt.NDArray[np.uint8]:
    return np.frombuffer(trees.booster.model_to_string().encode(), np.uint8)


def _trees(text: npt.NDArray[np.generic]) -> Trees:
    return read_trees(text.tobytes().decode())
