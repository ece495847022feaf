"""The methods that come with the package, one file each; importing it registers them."""

from robustev.methods.builtin import auto, benders, ef, ph

__all__ = ["auto", "benders", "ef", "ph"]
