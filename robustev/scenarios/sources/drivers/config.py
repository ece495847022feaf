"""The planner's language: named demographic drivers with ranges."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from robustev.core.errors import nearest_name
from robustev.core.settings import Settings
from robustev.scenarios.sources.drivers.areas import Place
from robustev.scenarios.sources.drivers.variates import Fixed, Variate


class NewHouseholds(Settings):
    """A share of the region's new residents goes to one place.

    "Between 10 and 40 % of new households go to the east side" is
    ``{name: new_east, to: {side: east}, share: [0.1, 0.4]}``. It does nothing where the population
    does not grow.
    """

    name: str
    to: Place
    """Where they go."""
    share: Variate
    """Share of the region's growth, between 0 and 1."""


class Migration(Settings):
    """People move from one place to another within the region."""

    name: str
    source: Place
    """Where they leave, in proportion to residents."""
    to: Place
    """Where they arrive, in proportion to residents."""
    share: Variate
    """Share of the source's residents that move; a negative share moves people back."""


class NewTown(Settings):
    """A settlement that is not there yet: people from outside, all in one place."""

    name: str
    at: Place
    """Where it is built."""
    size: Variate
    """New residents as a share of the region's present population."""
    concentration: float = Field(0.0, ge=0, le=1)
    """0 spreads them equally over the zones of the place, 1 in proportion to residents."""


class Ageing(Settings):
    """Households grow old, and older households charge less."""

    name: str = "ageing"
    where: Place = Place()
    """The zones that age."""
    share: Variate
    """Share of households there that pass into old age."""
    need_ratio: float = Field(0.55, ge=0, le=1)
    """Charging need of an old household as a share of a younger one's."""


class Income(Settings):
    """Real income changes, and with it the ownership of EVs."""

    name: str = "income"
    where: Place = Place()
    """The zones whose income changes."""
    growth: Variate
    """Relative change of income: 0.1 is 10 % richer."""
    elasticity: float = 0.7
    """Relative change of EV ownership per relative change of income."""


class LocalNoise(Settings):
    """What no driver explains: local deviations that neighbours share."""

    spread: Variate = Fixed(value=0.2)
    """Standard deviation of the logarithm of a zone's demand: 0.2 is about 20 %."""
    range_share: float = Field(0.1, gt=0)
    """Distance over which deviations are alike, as a share of the region's diagonal."""
    nugget: float = Field(0.3, ge=0, le=1)
    """Share of the variance that is each zone's own."""
    leading_modes: int = Field(4, ge=0, le=64)
    """How many of the widest patterns the sampling method spreads evenly, like a driver."""


class TypeShift(Settings):
    """A demand type gains or loses against the others; the zone's total stays."""

    type: str
    """The demand type."""
    log_odds: Variate
    """Change of the logarithm of the type's odds: 0.7 doubles them."""


class DriverCorrelation(Settings):
    """Two drivers tend to go together."""

    between: tuple[str, str]
    """Names of the drivers."""
    value: float = Field(ge=-1, le=1)
    """Correlation of the two on the normal scale."""


class DriverSource(Settings):
    """Scenarios from named drivers, applied to the region's reference demand.

    Demand of zone j and type k is its reference demand times the relative change of residents, of
    EVs per resident, and of charging per EV. See ``scenarios/README.md`` for the formulas.
    All figures are changes between the reference and the planning horizon.
    """

    kind: Literal["drivers"] = "drivers"
    population_growth: Variate = Fixed(value=0.0)
    """Relative change of the region's residents: 0.1 is 10 % more."""
    ev_adoption: Variate = Fixed(value=1.0)
    """EVs per resident at the horizon relative to today: 2 is twice as many."""
    charging_need: Variate = Fixed(value=1.0)
    """Public charging per EV at the horizon relative to today."""
    densification: Variate = Fixed(value=0.0)
    """Pull of crowded areas: residents shift in proportion to ``exp(densification x crowding)``.

    Crowding has mean 0 and deviation 1 over residents, cut at -2 and 2; negative values are
    suburbanisation."""
    new_households: tuple[NewHouseholds, ...] = ()
    """Shares of the growth that go to one place."""
    migration: tuple[Migration, ...] = ()
    """Moves within the region."""
    new_town: tuple[NewTown, ...] = ()
    """Settlements that are not there yet."""
    ageing: tuple[Ageing, ...] = ()
    """Households that grow old."""
    income: tuple[Income, ...] = ()
    """Changes of income."""
    types: tuple[TypeShift, ...] = ()
    """Shifts between demand types."""
    local_noise: LocalNoise | None = LocalNoise()
    """What no driver explains; null for none."""
    correlations: tuple[DriverCorrelation, ...] = ()
    """Which drivers tend to go together."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [name for name, _ in self.variates()]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"driver names repeat: {', '.join(repeated)}; give each its own name")
        for pair in self.correlations:
            for name in pair.between:
                if name not in names:
                    near = nearest_name(name, names)
                    hint = f" (is {near!r} meant?)" if near else ""
                    raise ValueError(f"correlation names an unknown driver {name!r}{hint}")
            if pair.between[0] == pair.between[1]:
                raise ValueError(f"driver {pair.between[0]!r} is correlated with itself")
        for name, variate in self.variates():
            _check_range(name, variate, *self.limits(name))
        return self

    def variates(self) -> list[tuple[str, Variate]]:
        """Return the name and distribution of every driver, in a fixed order."""
        listed: list[tuple[str, Variate]] = [
            ("population_growth", self.population_growth),
            ("ev_adoption", self.ev_adoption),
            ("charging_need", self.charging_need),
            ("densification", self.densification),
        ]
        listed += [(part.name, part.share) for part in self.new_households]
        listed += [(part.name, part.share) for part in self.migration]
        listed += [(town.name, town.size) for town in self.new_town]
        listed += [(part.name, part.share) for part in self.ageing]
        listed += [(part.name, part.growth) for part in self.income]
        listed += [(f"shift_{shift.type}", shift.log_odds) for shift in self.types]
        if self.local_noise is not None:
            listed.append(("local_noise", self.local_noise.spread))
        return listed

    def limits(self, name: str) -> tuple[float, float]:
        """Return the smallest and largest value of a driver that makes sense."""
        if name in _LIMITS:
            return _LIMITS[name]
        shares = {part.name for part in self.new_households} | {part.name for part in self.ageing}
        if name in shares:
            return 0.0, 1.0
        if name in {part.name for part in self.migration}:
            return -1.0, 1.0
        if name in {part.name for part in self.income}:
            return -1.0, float("inf")
        if name.startswith("shift_"):
            return -float("inf"), float("inf")
        return 0.0, float("inf")


_LIMITS = {
    "population_growth": (-1.0, float("inf")),
    "ev_adoption": (0.0, float("inf")),
    "charging_need": (0.0, float("inf")),
    "densification": (-float("inf"), float("inf")),
    "local_noise": (0.0, float("inf")),
}


def _check_range(name: str, variate: Variate, low: float, high: float) -> None:
    least, most = variate.bounds()
    if least < low or most > high:
        raise ValueError(
            f"{name}: values between {least:g} and {most:g} are possible, but only "
            f"{low:g} to {high:g} makes sense; set 'low' and 'high'"
        )
