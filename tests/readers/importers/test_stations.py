"""Registers of stations: what stands where, and one rule for what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.readers.importers.afdc import AfdcImporter
from robustev.readers.importers.base import Imported
from robustev.readers.importers.bundesnetzagentur import BundesnetzagenturImporter
from robustev.readers.importers.ocpi import OcpiImporter
from robustev.readers.importers.open_charge_map import OpenChargeMapImporter
from tests.pages import PROJECT

AFDC = PROJECT.parent / "shared" / "data" / "registers" / "afdc_new_york.csv"


def counted(made: Imported) -> list[tuple[str, int, int]]:
    """Return id, slow and fast points of each site."""
    frame = made.tables["sites.csv"]
    return list(zip(frame["id"], frame["existing_slow"], frame["existing_fast"], strict=True))


def told(made: Imported, part: str) -> bool:
    return any(part in note for note in made.notes)


@pytest.mark.skipif(not AFDC.exists(), reason="the register is not there")
def test_the_register_of_new_york() -> None:
    """Every electric station is a site, and every port is counted."""
    made = AfdcImporter().read(AFDC)
    every = pd.read_csv(AFDC, dtype=str, encoding="utf-8-sig")
    raw = every[every["Fuel Type Code"] == "ELEC"]
    sites = made.tables["sites.csv"]
    assert len(sites) == len(raw)
    slow = raw[["EV Level1 EVSE Num", "EV Level2 EVSE Num"]].astype(float).sum().sum()
    assert sites["existing_slow"].sum() == slow
    assert sites["existing_fast"].sum() == raw["EV DC Fast Count"].astype(float).sum()
    assert told(made, f"{len(every) - len(raw)} stations of other fuels, left out")


def ocm(number: int, *connections: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A station as https://openchargemap.org/site/develop/api describes it."""
    where = {"Title": f"Station {number}", "Latitude": 52.0, "Longitude": 5.0}
    return {"ID": number, "AddressInfo": where, "Connections": list(connections), **others}


def test_open_charge_map(tmp_path: Path) -> None:
    places = [
        ocm(1, {"PowerKW": 150, "Quantity": 2, "CurrentTypeID": 30}, {"PowerKW": 22}),
        ocm(2, {"CurrentTypeID": 30, "Quantity": 4}, {"CurrentTypeID": 10}),
        ocm(3, NumberOfPoints=5),
        ocm(4, StatusType={"IsOperational": False}),
        {**ocm(5), "AddressInfo": {"Title": "nowhere"}},
    ]
    (tmp_path / "ocm.json").write_text(json.dumps(places))
    made = OpenChargeMapImporter().read(tmp_path / "ocm.json")
    assert counted(made) == [("1", 1, 2), ("2", 1, 4), ("3", 5, 0)]
    assert told(made, "1 station not operational, left out")
    assert told(made, "1 station without usable coordinates, left out")
    assert told(made, "2 stations without a number of points, taken as one")
    assert told(made, "1 station without power, told apart by their current")
    assert told(made, "1 station without power or kind of current, taken as slow")


def test_the_border_between_slow_and_fast_can_be_moved(tmp_path: Path) -> None:
    (tmp_path / "ocm.json").write_text(json.dumps([ocm(1, {"PowerKW": 22, "Quantity": 3})]))
    made = OpenChargeMapImporter(fast_kw=22, spare_slots=2).read(tmp_path / "ocm.json")
    assert counted(made) == [("1", 0, 3)]
    assert made.tables["sites.csv"]["slots"].tolist() == [5]


def test_ocpi(tmp_path: Path) -> None:
    """An EVSE is one point with its strongest connector; watts, or volts times amperes."""

    def evse(*connectors: dict[str, Any], status: str = "AVAILABLE") -> dict[str, Any]:
        return {"uid": "u", "status": status, "connectors": list(connectors)}

    three = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
    place = {
        "id": "L1", "name": "Station", "coordinates": {"latitude": "52.0", "longitude": "5.0"},
        "evses": [
            evse(three), evse({"power_type": "DC", "max_electric_power": 150_000}, three),
            evse({"power_type": "DC"}), evse(status="PLANNED"),
        ],
    }  # fmt: skip
    (tmp_path / "l.json").write_text(json.dumps({"data": [place], "status_code": 1000}))
    made = OcpiImporter().read(tmp_path / "l.json")
    assert counted(made) == [("L1", 1, 2)]
    assert counted(OcpiImporter(fast_kw=22).read(tmp_path / "l.json")) == [("L1", 0, 3)]
    assert counted(OcpiImporter(fast_kw=22.2).read(tmp_path / "l.json")) == [("L1", 1, 2)]
    assert told(made, "1 EVSE planned or removed, left out")


GERMAN = """Ladesäulenregister;;;;;;;
Stand: 1. Januar;;;;;;;
Ladeeinrichtungs-ID;Betreiber;Art der Ladeeinrichtung;Anzahl Ladepunkte;\
Nennleistung Ladeeinrichtung [kW];Ort;Breitengrad;Längengrad
1010338;Stadtwerke;Normalladeeinrichtung;2;44;Köln;50,93;6,95
1010339;Stadtwerke;Schnellladeeinrichtung;2;;Köln;50,94;6,96
1010340;Stadtwerke;Schnellladeeinrichtung;1;150;Köln;;
1010341;Autohof;Schnellladeeinrichtung;4;1200;Düren;50,80;6,48
"""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_bundesnetzagentur(encoding: str, tmp_path: Path) -> None:
    """A preamble, semicolons, decimal commas; the power of a device is shared by its points."""
    (tmp_path / "l.csv").write_bytes(GERMAN.encode(encoding))
    made = BundesnetzagenturImporter().read(tmp_path / "l.csv")
    assert counted(made) == [("1010338", 2, 0), ("1010339", 0, 2), ("1010341", 0, 4)]
    sites = made.tables["sites.csv"]
    assert sites["name"].iloc[2] == "Autohof, Düren"
    assert sites["y"].tolist() == [50.93, 50.94, 50.80]
    assert told(made, "1 station without power, told apart by their current")
    assert told(made, "1 station without usable coordinates")


WRONG = [
    (AfdcImporter, "id,x\n1,2\n", "no AFDC register"),
    (BundesnetzagenturImporter, "id;x\n1;2\n", "no line has Breitengrad"),
    (OpenChargeMapImporter, '{"a": 1}', "no list of stations"),
    (OpenChargeMapImporter, '[{"id": 1}]', "lacks ID or AddressInfo"),
    (OcpiImporter, '[{"id": 1}]', "no OCPI locations"),
    (OcpiImporter, "[]", "no station with coordinates"),
    (OcpiImporter, "{", "not JSON"),
]


@pytest.mark.parametrize(("importer", "text", "message"), WRONG)
def test_a_file_of_another_kind_is_refused(
    importer: type[Any], text: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        importer().read(tmp_path / "file")
