"""Every kind of travel that a region of tables may ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from robustev.readers.parts.travel.geodesic import GreatCircle
from robustev.readers.parts.travel.given import Matrix
from robustev.readers.parts.travel.network import Network
from robustev.readers.parts.travel.straight import Euclidean

Travel = Annotated[Euclidean | GreatCircle | Matrix | Network, Field(discriminator="kind")]
"""How the travel cost ``t_ij`` of one demand unit comes about."""
