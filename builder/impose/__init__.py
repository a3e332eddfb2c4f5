"""Finished pages put on paper: half sheets on whole ones, and many sheets in one file. The only user of pikepdf.

halves  cards to cut apart, booklets to fold
join    one file from many, with one structure tree
written the bytes of such a file
"""

from builder.impose.halves import POINTS, Side, booklet, facing, impose, two_up

__all__ = ["POINTS", "Side", "booklet", "facing", "impose", "two_up"]
