"""Styles of elements and boxes in less time: what `shortcuts` replaces in WeasyPrint 70's cascade.

Upstream asks every element for every declaration that matches it, then every style for each of 220 properties, most
of which no rule names. Here elements that the same rules match share one cascade, and a style is born with the
values that no rule gives it: its parent's, or the initial ones.
"""

from __future__ import annotations

from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

from weasyprint import css
from weasyprint.css import find_style_attributes
from weasyprint.formatting_structure.boxes import Box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import weasyprint

    Sheets = Sequence[tuple[Any, str, Any]]  # style sheet, origin, a specificity of its own

# `float`, `display` and `position` ask each other, `page` and decorations their ancestors, and upstream itself sets
# `white-space` anew in the middle of a document: those are asked for as upstream does.
_SIDES = ("top", "right", "bottom", "left")
_ASKED = frozenset({"float", "display", "position", "page", "white_space"})
_PLAIN = frozenset(
    name for name in css.INITIAL_VALUES if name not in _ASKED and not name.startswith("text_decoration_")
)
_HANDED = css.INHERITED & _PLAIN  # a child has its parent's, unless a rule gives it one
_BORDERS = tuple((f"{kind}_style", f"{kind}_width") for kind in ("outline", *(f"border_{side}" for side in _SIDES)))
_INITIAL = {name: css.INITIAL_VALUES[name] for name in _PLAIN - css.INHERITED - css.INITIAL_NOT_COMPUTED}
_ROOT = {name: css.INITIAL_VALUES[name] for name in (_PLAIN & css.INHERITED) - css.INITIAL_NOT_COMPUTED}
_FREE = _INITIAL | {  # of a box that no element stands for, whose borders upstream sets itself
    name: css.INITIAL_VALUES[name]
    for name in css.INITIAL_VALUES.keys() - css.INHERITED - css.INITIAL_NOT_COMPUTED - {"page"}
    if not name.startswith("text_decoration_")
}
_PHYSICAL: dict[str, frozenset[str]] = {}  # logical property -> the physical ones it may stand for
for _name, _find in css.PHYSICAL_FUNCTIONS.items():
    for _inline in ("ltr", "rtl"):
        _logical = _find(block="ttb", inline=_inline)
        _PHYSICAL[_logical] = _PHYSICAL.get(_logical, frozenset()) | {_name}


_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("left", "right", "top", "bottom")),
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
_FLOATS = frozenset({"left", "right", "inline-start", "inline-end", "footnote"})
_PLACED = frozenset({"absolute", "fixed"})
_NOTES = frozenset({"running()", "note()"})
_WIDTHS = tuple(f"border_{side}_width" for side in _SIDES)


def apply() -> None:
    """Replace the cascade, and how lengths are worked out, in this process."""
    css.StyleFor.__init__ = _style_for
    css.StyleFor.__call__ = _called(css.StyleFor.__call__)
    css.ComputedStyle.__init__ = _computed(css.ComputedStyle.__init__)
    css.ComputedStyle.__missing__ = _missing(css.ComputedStyle.__missing__)
    css.AnonymousStyle.__init__ = _anonymous(css.AnonymousStyle.__init__)
    for kind in (css.ComputedStyle, css.AnonymousStyle):
        kind.copy = _copied(kind.copy)
    Box.is_in_normal_flow = _in_normal_flow


def _style_for(
    self: Any,  # noqa: ANN401  # upstream's, as all types here
    html: weasyprint.HTML,
    sheets: Sheets,
    presentational_hints: bool,  # noqa: FBT001  # upstream's
    font_config: object,
    target_collector: object,
) -> None:
    """Upstream's steps in upstream's order; the declarations of equal sets of rules are sorted once."""
    cascaded: dict[tuple[Any, str | None], dict[str, Any]] = {}
    computed: dict[tuple[Any, str | None], Any] = {}
    self._cascaded_styles, self._computed_styles = cascaded, computed
    self.initial_page_sizes = {"box": None, "area": None}
    self._sheets = sheets
    self.font_config = font_config
    root = html.etree_element
    own = _own_declarations(html, hints=presentational_hints)
    known, matched, models = _memory(html, sheets)
    shared: dict[Any, Any] = {}
    for wrapper in html.wrapper_element.iter_subtree():
        element = wrapper.etree_element
        parent = wrapper.parent.etree_element if wrapper.parent else None
        hinted = own.get(element, [])
        alone = bool(hinted) and (presentational_hints or not _UNLIKE.isdisjoint(element.attrib))
        matches = matched.get(element)
        if matches is None or alone:  # a break may have been put before it since
            rules = [(n, rule) for n, (sheet, _, _) in enumerate(sheets) for rule in sheet.matcher.match(wrapper)]
            matches = matched[element] = tuple([(n, rule[1]) for n, rule in rules])
        key = (matches, *map(element.get, _ALIKE)) if hinted else matches
        found = None if alone else known.get(key)
        if found is None:
            found = _cascade(_named(sheets, matches), sheets, hinted)
            if not alone:
                known[key] = found
        for pseudo, declared in found.items():
            cascaded[element, pseudo] = declared
        place = (id(computed[parent, None]) if wrapper.parent else None, key, element if alone else None)
        if place not in shared:
            self.set_computed_styles(
                element, root=root, parent=parent, base_url=html.base_url, target_collector=target_collector
            )
            shared[place] = computed[element, None]
            if not alone:
                above = computed[parent, None].__dict__.get("model") if wrapper.parent else models
                _follow(shared[place], above, key)
        computed[element, None] = shared[place]
    self.generated = {at: declared for at, declared in cascaded.items() if at[1] and "anchor" not in declared}
    self.root, self.base_url, self.shared = root, html.base_url, {}
    for element, pseudo in cascaded.keys() - self.generated.keys():
        if pseudo:
            self.set_computed_styles(
                element,
                pseudo_type=pseudo,
                root=root,
                parent=element,
                base_url=html.base_url,
                target_collector=target_collector,
            )
    self._cascaded_styles.clear()


_ALIKE = ("lang", "width", "height")  # attributes that upstream makes declarations of, the same for all elements
_UNLIKE = frozenset({"style", "id", "name"})  # an element with declarations of its own, or an anchor, is like no other


def _own_declarations(html: weasyprint.HTML, *, hints: bool) -> dict[Any, list[Any]]:
    """What elements declare in a style attribute: specificity, declarations, base address."""
    own: dict[Any, list[Any]] = {}
    for specificity, element, declarations, base_url in find_style_attributes(html.etree_element, hints, html.base_url):
        own.setdefault(element, []).append((specificity, tuple(declarations), base_url))
    return own


class _Model:
    """A style that is kept with its style sheet: what it works out serves all documents, and none can change it."""

    __slots__ = ("below", "strut", "style", "used")

    def __init__(self, style: Any) -> None:  # noqa: ANN401  # upstream's
        self.style = style
        self.used: Any = None  # lengths, for `percentages`
        self.strut: Any = None  # the height of an empty line, for `lines`
        self.below: dict[Any, _Model] = {}


def _follow(style: Any, above: _Model | None, key: Any) -> None:  # noqa: ANN401  # upstream's
    """Have a style of a document ask its model, which is that of its parent's model with the same rules."""
    if above is None:
        return
    model = above.below.get(key)
    if model is None:
        kept = css.ComputedStyle.__new__(css.ComputedStyle)
        first = above.style is None
        root = css.InitialStyle(style.font_config) if first else above.style.root or above.style
        sizes = {"box": None, "area": None}
        _born[0](kept, above.style, style.cascaded, style.pseudo_type, root, style.base_url, style.font_config, sizes)
        kept.root = None if first else root
        model = above.below[key] = _Model(kept)
    style.model = model
    style.specified = model.style.specified
    style.update(model.style)
    style.pop("white_space", None)


def _missing(upstream: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def missing(self: Any, name: str) -> Any:  # noqa: ANN401  # upstream's
        model = self.__dict__.get("model")
        if model is None or name == "white_space" or name.startswith("__"):
            return upstream(self, name)
        value = self[name] = model.style[name]
        return value

    return missing


def _memory(html: Any, sheets: Sheets) -> tuple[dict[Any, Any], dict[Any, Any], _Model | None]:  # noqa: ANN401
    """What is known of these sheets: rules that match -> their cascade; of this document: element -> rules; models.

    The type steps of a document differ in lengths only, so that the same rules match.
    """
    last = sheets[-1][0]
    if len(sheets) != 2 or not hasattr(last, "selectors"):  # a document that brings styles of its own
        return {}, {}, None
    if not hasattr(last, "known"):
        last.known, last.models = {}, _Model(None)
    of = last.selectors, last.matcher.order
    if getattr(html, "matched", (None,))[0] != of:
        html.matched = of, {}
    return last.known, html.matched[1], last.models if last.steady else None


def _named(sheets: Sheets, key: tuple[tuple[int, int], ...]) -> list[Any]:
    """The rules that a key names by sheet and position."""
    for sheet, _, _ in sheets:
        if not hasattr(sheet, "by_order"):
            found = sheet.matcher
            named = (found.id_selectors, found.class_selectors, found.lower_local_name_selectors)
            every = [
                entry for names in (*named, found.namespace_selectors) for some in names.values() for entry in some
            ]
            every += [*found.lang_attr_selectors, *found.other_selectors]
            sheet.by_order = {entry[2]: entry[1:] for entry in every}
    return [(n, sheets[n][0].by_order[order]) for n, order in key]


def _called(upstream: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: Any, element: Any, pseudo_type: str | None = None) -> Any:  # noqa: ANN401  # upstream's
        if pseudo_type is not None:
            at = element, pseudo_type
            computed = self._computed_styles
            if at not in computed and at in self.generated:
                parent, declared = computed[element, None], self.generated[at]
                place = id(parent), id(declared)
                if place not in self.shared:
                    style = self.shared[place] = css.ComputedStyle(
                        parent,
                        declared,
                        pseudo_type,
                        computed[self.root, None],
                        self.base_url,
                        self.font_config,
                        self.initial_page_sizes,
                    )
                    _follow(style, parent.__dict__.get("model"), (pseudo_type, id(declared)))
                computed[at] = self.shared[place]
        return upstream(self, element, pseudo_type)

    return call


class _Declared(dict[str, Any]):
    """What rules declare of an element or of what is generated for it."""

    @cached_property
    def named(self) -> frozenset[str]:
        """The properties that may have another value for it."""
        return frozenset(self).union(*(_PHYSICAL.get(name, ()) for name in self))

    @cached_property
    def borderless(self) -> dict[str, int]:
        """The widths of borders that no rule draws."""
        return {width: 0 for style, width in _BORDERS if self.named.isdisjoint((style, width))}


def _cascade(rules: list[Any], sheets: Sheets, hinted: list[Any]) -> dict[Any, Any]:
    found: dict[Any, _Declared] = {}
    for specificity, declarations, base_url in hinted:
        style = found.setdefault(None, _Declared())
        for name, values, importance in css.preprocess_declarations(base_url, declarations):
            _declare(style, name, values, (css.declaration_precedence("author", importance), inf, specificity))
    for n, (specificity, _order, pseudo, (declarations, layer)) in rules:
        sheet, origin, own = sheets[n]
        order = inf if layer is None else sheet.layers.index(layer)
        style = found.setdefault(pseudo, _Declared())
        for name, values, importance in declarations:
            _declare(style, name, values, (css.declaration_precedence(origin, importance), order, own or specificity))
    return found


def _declare(style: dict[str, Any], name: str, values: Any, weight: tuple[Any, ...]) -> None:  # noqa: ANN401
    old = style.get(name)
    if old is None or old[1] is None or old[1] <= weight:
        style[name] = values, weight


_born: list[Callable[..., None]] = []  # how upstream makes a style


def _computed(upstream: Callable[..., None]) -> Callable[..., None]:
    _born.append(upstream)

    def init(self: Any, parent: Any, cascaded: Any, pseudo: Any, *rest: Any) -> None:  # noqa: ANN401  # upstream's
        upstream(self, parent, cascaded, pseudo, *rest)
        if pseudo is not None:
            return
        heirs = _ROOT if parent is None else getattr(parent, "heirs", {})
        asked = getattr(parent, "asked", ())
        declared = cascaded if isinstance(cascaded, _Declared) else _Declared(cascaded)
        named = declared.named
        self.update(_INITIAL)
        self.update(heirs)
        self.update(declared.borderless)
        for name in named:
            self.pop(name, None)
        for name in asked:
            if name not in named:
                self[name] = parent[name]
        self.heirs, self.asked = heirs, asked
        if not named.isdisjoint(heirs):
            self.heirs = {name: value for name, value in heirs.items() if name not in named}
            self.asked = tuple(_HANDED - self.heirs.keys())

    return init


def _anonymous(upstream: Callable[..., None]) -> Callable[..., None]:
    def init(self: Any, parent: Any) -> None:  # noqa: ANN401  # upstream's
        self.update(_FREE)
        self.heirs, self.asked = getattr(parent, "heirs", {}), getattr(parent, "asked", ())
        self.update(self.heirs)
        for name in self.asked:
            self[name] = parent[name]
        upstream(self, parent)

    return init


def _copied(upstream: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A copy is made to be changed: its children ask it for every value, and its lengths are worked out anew."""

    def copy(self: Any) -> Any:  # noqa: ANN401  # upstream's
        made = upstream(self)
        made.heirs, made.asked, made.used = {}, (), False
        return made

    return copy


# Asked of every box many times over; upstream asks five questions of which two styles hold the answers.
def _in_normal_flow(self: Box) -> bool:
    style = self.style
    position = style["position"]
    return style["float"] not in _FLOATS and position not in _PLACED and position[0] not in _NOTES


def percentages(upstream: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Work out a box's lengths once for a style that has no percentage: they depend on nothing else."""

    def resolve(box: Box, containing_block: Any) -> None:  # noqa: ANN401  # upstream's
        style = box.style
        known = style.__dict__.get("used")
        if known is None:
            keeper = style.__dict__.get("model", style)
            known = getattr(keeper, "used", None)
            if known is None:
                plain = style["border_collapse"] != "collapse" and all(
                    value == "auto" or getattr(value, "unit", None) == "px"
                    for value in map(style.__getitem__, _LENGTHS)
                )
                known = keeper.used = {} if plain else False
            style.used = known
        if known is False:
            upstream(box, containing_block)
            return
        height = containing_block.height if isinstance(containing_block, Box) else containing_block[1]
        found = known.get(height == "auto")
        if found:
            box.__dict__.update(found)
            return
        upstream(box, containing_block)
        known[height == "auto"] = {name: getattr(box, name) for name in (*_LENGTHS, *_WIDTHS)}

    return resolve
