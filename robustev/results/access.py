"""Access to the stations of every plan, as the result folder keeps it."""

from __future__ import annotations

from collections.abc import Mapping

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.evaluate.access import access_of
from robustev.model.catchment import AccessOptions
from robustev.model.options import ModelOptions
from robustev.results.schema import AccessDocument, PlanAccess


def access_document(
    plans: Mapping[str, tuple[Plan, ModelOptions]], region: Region, options: AccessOptions
) -> AccessDocument:
    """Return the content of ``access.json`` for plans, each with the model that it was made by."""
    return AccessDocument(
        catchment=options.catchment,
        of=options.counted(region),
        plans={name: _of(plan, region, model, options) for name, (plan, model) in plans.items()},
    )


def _of(plan: Plan, region: Region, model: ModelOptions, options: AccessOptions) -> PlanAccess:
    found = access_of(plan, region, model, options)
    return PlanAccess(
        unit=found.unit,
        mean=found.mean,
        without=found.without,
        gini=found.gini,
        lorenz=tuple((float(people), float(share)) for people, share in found.lorenz()),
        groups=found.by_group(region.zones.groups),
    )
