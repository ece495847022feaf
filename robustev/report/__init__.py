"""The report: one offline HTML file from a result folder, and its pictures from Python."""

from robustev.report.page import render, write_report
from robustev.report.reading import read_results
from robustev.report.stored import StoredPlan, StoredRegion, StoredResults

__all__ = [
    "StoredPlan",
    "StoredRegion",
    "StoredResults",
    "read_results",
    "render",
    "write_report",
]
