"""The report: one offline HTML file from a result folder, and its pictures from Python."""

from robustev.report.page import render, write_report
from robustev.results.folder import ResultFolder, StoredPlan, StoredRegion
from robustev.results.reader import read_results

__all__ = [
    "ResultFolder",
    "StoredPlan",
    "StoredRegion",
    "read_results",
    "render",
    "write_report",
]
