"""Printable sheets for family programs: structured text in, typeset paper out."""
