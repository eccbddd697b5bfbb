"""Reading what forecasts rest on."""
