"""Where a small fault can be put into a source: pure functions from a text to the texts with one fault each.

SQL is changed by patterns within the bodies of functions, and in their privileges; Python by its syntax tree,
so that what a fault leaves is always Python. A fault that Postgres refuses to create is none; whoever applies
it finds that out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Fault:
    """One fault: in which file (relative to the project) and function, where, and the text with it."""

    file: str
    function: str
    line: int
    column: int
    before: str
    after: str
    text: Callable[[], str]

    @property
    def name(self) -> str:
        """What identifies it from run to run."""
        return f"{self.file}:{self.line}:{self.column}: {self.before} -> {self.after}"


_Place = tuple[str, ast.AST, ast.AST, str, int | None]

_SQL_FUNCTION = re.compile(r"^create or replace function (\w+\.\w+)\(", re.MULTILINE)
_SQL_BODY = re.compile(r"as \$\$\n(.*?)\n\$\$;", re.DOTALL)
_SQL_QUIET = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
# What a tired developer may write instead. Whole words; a space belongs to an operator.
_SQL_SWAPS: tuple[tuple[str, str], ...] = (
    (r" = ", " <> "),
    (r" <> ", " = "),
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" and ", " or "),
    (r" or ", " and "),
    (r" desc\b", ""),
    (r"(?<=order by )([\w.]+)(?=[,\n )])(?! desc)", r"\1 desc"),
    (r" skip locked\b", ""),
    (r"\n *for update\b[^\n;)]*", ""),
    (r"\n *limit [^\n;)]+", ""),
    (r"\n *(?:and|or) [^\n;]+(?=\n)", ""),
    (r"\bdistinct ", ""),
    (r"\bnot (?=exists|\w+\.|\(|\w+\b)", ""),
    (r"\bis not null\b", "is null"),
    (r"\bis null\b", "is not null"),
    (r"\bis distinct from\b", "is not distinct from"),
    (r"\bis not distinct from\b", "is distinct from"),
    (r"\bcoalesce\(", "nullif("),
    (r"\bleast\(", "greatest("),
    (r"\bgreatest\(", "least("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\n *(?:perform|delete) [^\n;]+;", "\nnull;"),
)
_SQL_NUMBER = re.compile(r"(?<![\w.$'])\d+(?![\w.'])")
_SQL_INTERVAL = re.compile(r"interval '(\d+)(?= )")
_SQL_GRANT = re.compile(r"^revoke all on function (.+?)\s+from [^;]+;", re.MULTILINE)


def functions_of(source: str) -> list[str]:
    """The SQL functions that a file makes."""
    return _SQL_FUNCTION.findall(source)


def sql_faults(file: str, source: str) -> Iterator[Fault]:
    """Every fault that fits a file of functions. A dropped `revoke` leaves execute for everyone."""
    names = [(found.start(), found[1]) for found in _SQL_FUNCTION.finditer(source)]

    def fault(start: int, end: int, after: str) -> Fault:
        function = next((name for place, name in reversed(names) if place <= start), "")
        # A pattern may begin with the end of the line before.
        begin = start + (source[start] == "\n")
        line, column = source.count("\n", 0, begin) + 1, begin - source.rfind("\n", 0, begin)
        before, words = _words(source[start:end]), _words(after) or "nothing"
        return Fault(
            file, function, line, column, before, words, lambda: source[:start] + after + source[end:]
        )

    for body in _SQL_BODY.finditer(source):
        quiet = [found.span() for found in _SQL_QUIET.finditer(source, *body.span(1))]

        def is_code(place: int, quiet: list[tuple[int, int]] = quiet) -> bool:
            return not any(start <= place < end for start, end in quiet)

        for pattern, after in _SQL_SWAPS:
            for found in re.compile(pattern).finditer(source, *body.span(1)):
                if is_code(found.start() + 1):
                    yield fault(*found.span(), found.expand(after))
        for found in _SQL_NUMBER.finditer(source, *body.span(1)):
            if is_code(found.start()):
                yield fault(*found.span(), str(int(found[0]) + 1))
        for found in _SQL_INTERVAL.finditer(source, *body.span(1)):
            if is_code(found.start()):
                yield fault(*found.span(1), str(int(found[1]) * 2 or 1))
    for found in _SQL_GRANT.finditer(source):
        yield fault(*found.span(), f"grant execute on function {found[1]} to public;")


def _words(text: str) -> str:
    return " ".join(text.split())


_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip
_RENAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}


def python_faults(file: str, source: str) -> Iterator[Fault]:
    """Every fault that fits a module. What only speaks (docstrings, logging, annotations) is left alone."""
    tree = ast.parse(source)
    for number, place in enumerate(list(_places(tree))):
        function, node, parent, *_ = place
        shown = parent if isinstance(node, ast.cmpop | ast.boolop | ast.operator) else node
        line, column = getattr(shown, "lineno", 0), getattr(shown, "col_offset", 0)
        before, changed = _words(ast.unparse(shown))[:100], _changed(node)
        _put(place, changed)
        after = _words(ast.unparse(shown if shown is parent else changed))[:100]
        _put(place, node)
        yield Fault(file, function, line, column, before, after, partial(_spoilt, source, number))


def _spoilt(source: str, number: int) -> str:
    tree = ast.parse(source)
    place = list(_places(tree))[number]
    _put(place, _changed(place[1]))
    return ast.unparse(tree)


def _put(place: _Place, node: ast.AST) -> None:
    _, _, parent, field, index = place
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _places(tree: ast.AST, function: str = "") -> Iterator[_Place]:
    """What can be changed, in a fixed order: its function, itself, its parent, and where it hangs there."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "keywords" if _is_log(tree) else ""):
            continue
        several = isinstance(value, list)
        for index, node in enumerate(value if several else [value]):
            if not isinstance(node, ast.AST) or _is_log(node) or _is_text(node):
                continue
            within = function
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                within = f"{function}.{node.name}".strip(".")
            if _changes(node):
                yield within, node, tree, field, index if several else None
            yield from _places(node, within)


def _is_log(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=bool() | int() | float()) | ast.UnaryOp(op=ast.Not()) | ast.Raise():
            return True
        case ast.Expr(value=ast.Call() | ast.Await()):
            return True
        case ast.Return(value=value):
            return value is not None and not (isinstance(value, ast.Constant) and value.value is None)
        case ast.Name(id=name, ctx=ast.Load()):
            return name in _RENAMED
        case _:
            return type(node) in _SWAPPED


def _changed(node: ast.AST) -> ast.AST:
    match node:
        case ast.Constant(value=int() | float() as value):
            return ast.Constant(not value if isinstance(value, bool) else value + 1)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Raise() | ast.Expr():
            return ast.Pass()
        case ast.Return():
            return ast.Return(ast.Constant(None))
        case ast.Name(id=name, ctx=ctx):
            return ast.Name(_RENAMED[name], ctx)
        case _:
            return _SWAPPED[type(node)]()
