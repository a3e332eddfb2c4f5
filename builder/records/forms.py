"""The forms that names and rules have, and how a message describes each."""

SLUG = r"^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"
TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$"
FACT = r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$"
COUNTRY = r"^[A-Z]{2}$"
SCRIPT = r"^[A-Z][a-z]{3}$"
LETTER = r"^[A-Z]$"
RULE = r"^[n0-9 ()?:%=!<>&|]+$"
ADDRESS = r"^$|^https://[a-z0-9.-]{1,60}(:[0-9]{2,5})?(/[A-Za-z0-9._~-]{1,30}){0,3}/?$"
FORMS = {
    SLUG: "small letters, digits and hyphens",
    TAG: "a language tag, like es or zh-Hans",
    FACT: "letters and digits with points between, like 003.B.i4",
    COUNTRY: "two capital letters, like US",
    SCRIPT: "four letters, like Latn",
    LETTER: "one capital letter",
    ADDRESS: "an address, like https://handouts.example.org",
    RULE: "a C expression on n, like n != 1",
}
