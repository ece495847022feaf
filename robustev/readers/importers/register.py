"""Every importer by the word that selects it."""

from __future__ import annotations

from robustev.readers.importers.afdc import AfdcImporter
from robustev.readers.importers.base import Importer
from robustev.readers.importers.bundesnetzagentur import BundesnetzagenturImporter
from robustev.readers.importers.census import CensusImporter
from robustev.readers.importers.ocpi import OcpiImporter
from robustev.readers.importers.open_charge_map import OpenChargeMapImporter
from robustev.readers.importers.openstreetmap import OsmPlacesImporter, OsmRoadsImporter
from robustev.readers.importers.raster import RasterImporter
from robustev.readers.importers.sessions import SessionsImporter

IMPORTERS: dict[str, type[Importer]] = {
    importer.key: importer
    for importer in (
        AfdcImporter, BundesnetzagenturImporter, CensusImporter, OcpiImporter,
        OpenChargeMapImporter, OsmPlacesImporter, OsmRoadsImporter, RasterImporter,
        SessionsImporter,
    )
}  # fmt: skip
