"""The sentences that the builder itself prints: each a message of ui.po, whole, with named placeholders only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence with a plural form; `by` names the number that chooses it."""

    one: str
    many: str
    by: str


class Phrase(NamedTuple):
    """A message with a note for translators."""

    message: str | Counted
    note: str


ANY_AGE = "Any age"
FROM_BIRTH = Counted("Birth to {last} month", "Birth to {last} months", "last")
MONTHS = Counted("{first} to {last} month", "{first} to {last} months", "last")
YEARS = Counted("{first} to {last} year", "{first} to {last} years", "last")

FOR_FAMILIES = "For families and everyone who cares for the child"
FOR_STAFF = "For staff: do not leave with the family"

DRAFT = "DRAFT: not for families"
MACHINE_DRAFT = "Machine translation; no speaker has read it"
TRANSLATED = "Translated; not yet approved"
OUTDATED = "The English text has changed since"
APPROVED = "Translation approved by {who}, {date}"
LAST_APPROVED = "Edition approved on {date}; a newer text is being translated"
NEVER_REVIEWED = "Not yet reviewed by a specialist"
REVIEWED = "Reviewed by {who}, {date}"
AWAITS_SPECIALIST = "A draft until a specialist has reviewed it"
AWAITS_URGENT_HELP = "A draft until there is a number for urgent help"
STRONG = "Strong evidence"
MODERATE = "Moderate evidence"
OPINION = "Weak evidence"
ADAPTED_FROM = "Ideas adapted from: {sources}"
WITH_LANGUAGE = "{staff_language} with {language}"

OUR_PROGRAM = "Our program"
INTERPRETER = "Interpreter, free"
URGENT_HELP = "Urgent help"

# --- packs for a visit or a group ---------------------------------------------------------------

CHOSEN_MONTHS = Counted("Chosen for {months} month.", "Chosen for {months} months.", "months")
CHOSEN_YEARS = Counted("Chosen for {years} year.", "Chosen for {years} years.", "years")
CHOSEN_FROM_DUE = Counted(
    "Chosen for about {months} month, counted from the due date.",
    "Chosen for about {months} months, counted from the due date.",
    "months",
)
CHOSEN_BAND = "Chosen for the age band: {age}."
CHILDREN = Counted("{children} child", "{children} children", "children")
WHY = {
    "few-weeks": "Born less than 3 weeks early: nothing is subtracted.",
    "past-two": "24 months after birth or later, the age since birth counts.",
    "chose-actual": "The visitor chose to count from birth.",
    "chose-corrected": "The visitor chose to count from the due date.",
    "before-due": "The due date has not come yet: the sheets for the first months were chosen.",
}
NO_GUIDE = "There is no guide for staff here: {topic}"
INSTEAD = "There is nothing to print in {language} yet. Printed in its place: {other}"
LEFT_OUT = "There is nothing to print in {language} yet. Left out."
DRAFTS_INSIDE = "Sheets marked DRAFT were read by no speaker. Talk them through; do not leave them."
OTHER_EDITION = "Sheets that are not made in this edition are in normal print: {edition}"

STATE_READY = "Ready"
STATE_DRAFT = "Draft"
STATE_STALE = "Outdated draft"

PRINT_BOTH = "Print on both sides, turned over the long edge. Every sheet begins on a new leaf."
PRINT_ONE = "Print on one side."
PRINT_SIZE = "Do not scale: 100 %, on this paper: {paper}"
STAPLE_LEFT = "Staple at the upper left: {languages}"
STAPLE_RIGHT = "Staple at the upper right: {languages}"
CUT = "Cut the cards apart at the short lines: all of them are for the same family."
FOLD = (
    "Fold booklets at the short lines and staple them there."
    " Their backs lie upside down on the screen; on paper they stand right."
)
PICTURES = "Cards and booklets are pictures of pages: a screen reader finds no text in them here."
LEAVES = Counted("{leaves} sheet of paper", "{leaves} sheets of paper", "leaves")

FAMILIES = Counted("{families} family", "{families} families", "families")
SETS = Counted("{sets} set", "{sets} sets", "sets")
SPARES = "Spare sets"
SIGN_IN_NAME = "Name"
SIGN_IN_WITH = "Who is here with me"

ALL: tuple[Phrase, ...] = (
    Phrase(ANY_AGE, "age line of a sheet that serves every age"),
    Phrase(FROM_BIRTH, "age line, such as: Birth to 9 months"),
    Phrase(MONTHS, "age line, such as: 7 to 18 months"),
    Phrase(YEARS, "age line, such as: 3 to 5 years"),
    Phrase(FOR_FAMILIES, "small line above the title"),
    Phrase(FOR_STAFF, "bar at the head of every staff page"),
    Phrase(DRAFT, "banner at the head of every page of an unapproved translation"),
    Phrase(MACHINE_DRAFT, "footer: state of the translation"),
    Phrase(TRANSLATED, "footer: state of the translation"),
    Phrase(OUTDATED, "footer: state of the translation"),
    Phrase(APPROVED, "footer: state of the translation; {who} is a role"),
    Phrase(LAST_APPROVED, "footer: an older edition that is handed out until the new one is approved"),
    Phrase(NEVER_REVIEWED, "footer: state of the source"),
    Phrase(REVIEWED, "footer: state of the source; {who} is a role"),
    Phrase(AWAITS_SPECIALIST, "footer: why a sheet is a draft"),
    Phrase(AWAITS_URGENT_HELP, "footer: why a sheet is a draft"),
    Phrase(STRONG, "footer: how sure the ideas of a sheet are"),
    Phrase(MODERATE, "footer: how sure the ideas of a sheet are"),
    Phrase(OPINION, "footer: how sure the ideas of a sheet are; mostly opinion"),
    Phrase(ADAPTED_FROM, "foot of the page; the sources themselves are not translated"),
    Phrase(WITH_LANGUAGE, "footer of a staff sheet, such as: English with Spanish"),
    Phrase(OUR_PROGRAM, "label of a phone number"),
    Phrase(INTERPRETER, "label of a phone number"),
    Phrase(URGENT_HELP, "label of a phone number"),
    Phrase(CHOSEN_MONTHS, "cover slip for staff: the age that the sheets were chosen for"),
    Phrase(CHOSEN_YEARS, "cover slip for staff: the age that the sheets were chosen for"),
    Phrase(CHOSEN_FROM_DUE, "cover slip for staff: a corrected age"),
    Phrase(CHOSEN_BAND, "cover slip for staff; {age} is such as: 7 to 18 months"),
    Phrase(CHILDREN, "cover slip for staff: how many of this age"),
    *(Phrase(reason, "cover slip for staff: why the age was counted so") for reason in WHY.values()),
    Phrase(NO_GUIDE, "cover slip for staff"),
    Phrase(INSTEAD, "cover slip for staff; {language} and {other} are languages"),
    Phrase(LEFT_OUT, "cover slip for staff"),
    Phrase(DRAFTS_INSIDE, "cover slip for staff"),
    Phrase(OTHER_EDITION, "cover slip for staff; {edition} names kinds of sheet"),
    Phrase(STATE_READY, "cover slip for staff: state of a sheet"),
    Phrase(STATE_DRAFT, "cover slip for staff: state of a sheet"),
    Phrase(STATE_STALE, "cover slip for staff: state of a sheet"),
    Phrase(PRINT_BOTH, "cover slip for staff: how to print"),
    Phrase(PRINT_ONE, "cover slip for staff: how to print"),
    Phrase(PRINT_SIZE, "cover slip for staff: how to print"),
    Phrase(STAPLE_LEFT, "cover slip for staff: how to bind sheets that read from left to right"),
    Phrase(STAPLE_RIGHT, "cover slip for staff: how to bind sheets that read from right to left"),
    Phrase(CUT, "cover slip for staff: two cards on a page"),
    Phrase(FOLD, "cover slip for staff: booklets"),
    Phrase(PICTURES, "cover slip for staff"),
    Phrase(LEAVES, "cover slip for staff: total"),
    Phrase(FAMILIES, "group: sheet between two languages, and cover slip"),
    Phrase(SETS, "group: sheet before the spare sets"),
    Phrase(SPARES, "group: sheet before the spare sets"),
    Phrase(SIGN_IN_NAME, "group: heading of the list to sign"),
    Phrase(SIGN_IN_WITH, "group: heading of the list to sign"),
)
