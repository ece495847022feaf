"""The report of a hindcast: one offline page for all regions."""

from robustev.hindcast.report.page import write_hindcast_report

__all__ = ["write_hindcast_report"]
