"""Plans can be told apart without colour, and by colour-blind readers."""

from robustev.report.figures.style import plan_styles


def test_the_first_six_plans_differ_in_colour_dash_and_symbol() -> None:
    styles = list(plan_styles("abcdef").values())
    for attribute in ("colour", "dash", "symbol"):
        assert len({getattr(style, attribute) for style in styles}) == 6


def test_many_plans_still_get_a_style() -> None:
    assert len(plan_styles(str(n) for n in range(40))) == 40


def test_colours_stand_out_from_white_and_from_dark_paper() -> None:
    for style in plan_styles("abcdefgh").values():
        for paper in ("#ffffff", "#14181d"):
            assert contrast(style.colour, paper) >= 3


def contrast(one: str, two: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
