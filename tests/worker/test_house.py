"""What holds for every module of the worker."""

import ast
from collections.abc import Iterator
from pathlib import Path

from local.migrations import PROJECT

WORKER = PROJECT / "worker" / "captpathfinder"


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(WORKER.rglob("*.py")):
        yield path.relative_to(WORKER), ast.parse(path.read_text())


def attributes(tree: ast.Module) -> Iterator[tuple[str, ast.Attribute]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield f"{ast.unparse(node.value)}.{node.attr}", node


def test_only_one_module_asks_this_machine_for_the_time() -> None:
    asking = {
        str(path)
        for path, tree in modules()
        for name, _ in attributes(tree)
        if name in ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
    }
    assert asking == {"clock.py"}


def test_insides_of_libraries_are_used_in_one_module_only() -> None:
    using = {
        str(path)
        for path, tree in modules()
        for name, node in attributes(tree)
        if node.attr.startswith("_")
        and not node.attr.startswith("__")
        and name.split(".")[0] not in ("self", "cls", "os")
        and node.attr not in ("_replace", "_asdict", "_fields", "_make")  # public in a NamedTuple
        and path.name != "__init__.py"
    }
    assert using == {"library_internals.py"}


def test_no_module_is_long_and_each_says_what_it_is_for() -> None:
    for path, tree in modules():
        assert ast.get_docstring(tree), f"{path} does not say what it is for"
        assert len((WORKER / path).read_text().splitlines()) < 450, f"{path} is too long"
