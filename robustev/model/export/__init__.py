"""The stated model as a file that other solvers read: MPS, LP, or SMPS with its scenarios apart."""

from robustev.model.export.files import FORMATS, writer_for
from robustev.model.export.program import Program, compile_program

__all__ = ["FORMATS", "Program", "compile_program", "writer_for"]
