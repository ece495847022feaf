"""The planner's language: named demographic drivers with ranges."""

from __future__ import annotations

from itertools import zip_longest
from typing import Self

from pydantic import Field, model_validator

from robustev.core.errors import nearest_name
from robustev.core.settings import Settings
from robustev.scenarios.sources.drivers.areas import Area
from robustev.scenarios.sources.drivers.distributions import Distribution, Fixed


class NewHouseholds(Settings):
    """A share of the region's new residents goes to one place.

    "Between 10 and 40 % of new households go to the east side" is
    ``{name: new_east, to: {side: east}, share: [0.1, 0.4]}``. It does nothing where the population
    does not grow.
    """

    name: str
    to: Area
    """Where they go."""
    share: Distribution
    """Share of the region's growth, between 0 and 1."""


class Migration(Settings):
    """People move from one place to another within the region."""

    name: str
    source: Area
    """Where they leave, in proportion to residents."""
    to: Area
    """Where they arrive, in proportion to residents."""
    share: Distribution
    """Share of the source's residents that move; a negative share moves people back."""


class NewTown(Settings):
    """A settlement that is not there yet: people from outside, all in one place."""

    name: str
    at: Area
    """Where it is built."""
    size: Distribution
    """New residents as a share of the region's present population."""
    concentration: float = Field(0.0, ge=0, le=1)
    """0 spreads them equally over the zones of the place, 1 in proportion to residents."""


class Ageing(Settings):
    """Households grow old, and older households charge less."""

    name: str = "ageing"
    where: Area = Area()
    """The zones that age."""
    share: Distribution
    """Share of households there that pass into old age."""
    need_ratio: float = Field(0.55, ge=0, le=1)
    """Charging need of an old household as a share of a younger one's."""


class Income(Settings):
    """Real income changes, and with it the ownership of EVs."""

    name: str = "income"
    where: Area = Area()
    """The zones whose income changes."""
    growth: Distribution
    """Relative change of income: 0.1 is 10 % richer."""
    elasticity: float = 0.7
    """Relative change of EV ownership per relative change of income."""


class LocalNoise(Settings):
    """What no driver explains: local deviations that neighbours share."""

    spread: Distribution = Fixed(value=0.2)
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
    log_odds: Distribution
    """Change of the logarithm of the type's odds: 0.7 doubles them."""


class DriverCorrelation(Settings):
    """Two drivers tend to go together."""

    between: tuple[str, str]
    """Names of the drivers."""
    value: float = Field(ge=-1, le=1)
    """Correlation of the two on the normal scale."""


class DriverSettings(Settings):
    """The named drivers of demand, as an expert gives them."""

    population_growth: Distribution = Fixed(value=0.0)
    """Relative change of the region's residents: 0.1 is 10 % more."""
    ev_adoption: Distribution = Fixed(value=1.0)
    """EVs per resident at the horizon relative to today: 2 is twice as many."""
    charging_need: Distribution = Fixed(value=1.0)
    """Public charging per EV at the horizon relative to today."""
    densification: Distribution = Fixed(value=0.0)
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
        names = [name for name, _ in self.distributions()]
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
        for name, given in self.distributions():
            _check_range(name, given, *self.limits(name))
        return self

    def distributions(self) -> list[tuple[str, Distribution]]:
        """Return the name and distribution of every driver, in a fixed order."""
        listed: list[tuple[str, Distribution]] = [
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

    def mode_names(self) -> tuple[str, ...]:
        """Return the names of the leading patterns of the local noise."""
        count = 0 if self.local_noise is None else self.local_noise.leading_modes
        return tuple(f"local_noise mode {m}" for m in range(count))

    def leading(self) -> tuple[str, ...]:
        """Return what the leading numbers are for, by dimension of the Sobol sequence.

        Drivers that every region has come first; then, round by round, one of each kind that may
        be there any number of times, or an empty place. So a driver that is added at the end of its
        list leaves all others their dimensions.
        """
        always = ("population_growth", "ev_adoption", "charging_need", "densification")
        noise = "" if self.local_noise is None else "local_noise"
        rounds = zip_longest(
            self.mode_names(),
            [part.name for part in self.migration],
            [part.name for part in self.ageing],
            [part.name for part in self.income],
            [part.name for part in self.new_households],
            [town.name for town in self.new_town],
            [f"shift_{shift.type}" for shift in self.types],
            fillvalue="",
        )
        return (*always, noise, *(name for names in rounds for name in names))

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


def _check_range(name: str, given: Distribution, low: float, high: float) -> None:
    least, most = given.bounds()
    if least < low or most > high:
        raise ValueError(
            f"{name}: values between {least:g} and {most:g} are possible, but only "
            f"{low:g} to {high:g} makes sense; set 'low' and 'high'"
        )
