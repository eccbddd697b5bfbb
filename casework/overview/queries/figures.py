"""The figures of the registers as plain values, the same as the dashboard shows."""

from typing import Any

from casework.registry.figures import completion_by_year, trades_by_cycle


def figures() -> dict[str, list[dict[str, Any]]]:
    """Return completion by year and trades by cycle; money as text with two decimals."""
    return {
        "years": [
            {
                "year": row.year,
                "units_due": row.figures.units_due,
                "units_completed": row.figures.units_on_time,
                "rate": None if row.figures.rate_by_units is None else float(row.figures.rate_by_units),
                "tonnes_due": row.figures.tonnes_due,
                "tonnes_surrendered": row.figures.tonnes_surrendered,
                "tonnes_short": row.figures.tonnes_short,
            }
            for row in completion_by_year(None)
        ],
        "trades": [
            {
                "cycle": row.cycle,
                "enterprises": row.enterprises,
                "tonnes": row.tonnes,
                "yuan": str(row.yuan),
                "yuan_per_tonne": None if row.yuan_per_tonne is None else str(row.yuan_per_tonne),
            }
            for row in trades_by_cycle(None)
        ],
    }
