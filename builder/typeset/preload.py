"""What the process that workers are forked from imports once: everything slow, and nothing that opens a font."""

import builder.typeset.accessible
import builder.typeset.compose
import builder.typeset.worker  # noqa: F401
