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
APPROVED = "Translation approved by {who}"
NEVER_REVIEWED = "Not yet reviewed by a specialist"
REVIEWED = "Reviewed by {who}"
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
    Phrase(APPROVED, "footer: state of the translation; {who} is a role and a date"),
    Phrase(NEVER_REVIEWED, "footer: state of the source"),
    Phrase(REVIEWED, "footer: state of the source; {who} is a role and a date"),
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
)
