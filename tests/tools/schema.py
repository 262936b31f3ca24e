#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Check JSON against one of our schemas.

    schema.py SCHEMA.json FILE.json
    schema.py SCHEMA.json -- PROGRAM [ARGUMENT...]    what the program prints

Knows the keywords of JSON Schema 2020-12 that our schemas use, and those of
draft 4 that the schema of SARIF uses, and refuses a schema with any other, so
that nothing passes because it was not understood.
"""

import json
import re
import subprocess
import sys

SILENT = {"$schema", "$id", "$defs", "title", "description", "id", "definitions", "default"}
URI_TEXT = r"([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
FORMATS = {
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:" + URI_TEXT,
    "uri-reference": URI_TEXT,
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


class Schema:
    """A schema and what is wrong with a value, as lines of text."""

    def __init__(self, root):
        self.root = root

    def errors(self, value, schema=None, where="$"):
        schema = self.root if schema is None else schema
        if schema is False:
            yield f"{where}: nothing may stand here"
        if isinstance(schema, bool):
            return
        for word, rule in schema.items():
            if word in SILENT:
                continue
            check = getattr(self, "on_" + word.replace("$", ""), None)
            if check is None:
                raise SystemExit(f"schema.py: keyword {word!r} is not known here")
            yield from check(value, rule, where, schema)

    def on_ref(self, value, rule, where, _):
        target = self.root
        if not rule.startswith("#/"):
            raise SystemExit(f"schema.py: reference {rule!r} leaves the file")
        for step in rule[2:].split("/"):
            target = target[step]
        yield from self.errors(value, target, where)

    def on_type(self, value, rule, where, _):
        names = [rule] if isinstance(rule, str) else rule
        if not any(TYPES[name](value) for name in names):
            yield f"{where}: expected {' or '.join(names)}, found {value!r}"

    def on_enum(self, value, rule, where, _):
        if value not in rule:
            yield f"{where}: expected one of {rule}, found {value!r}"

    def on_const(self, value, rule, where, _):
        if value != rule:
            yield f"{where}: expected {rule!r}, found {value!r}"

    def on_pattern(self, value, rule, where, _):
        if isinstance(value, str) and not re.search(rule, value):
            yield f"{where}: {value!r} does not match {rule}"

    def on_format(self, value, rule, where, _):
        if rule not in FORMATS:
            raise SystemExit(f"schema.py: format {rule!r} is not known here")
        if isinstance(value, str) and not re.fullmatch(FORMATS[rule], value):
            yield f"{where}: {value!r} is no {rule}"

    def on_minLength(self, value, rule, where, _):
        if isinstance(value, str) and len(value) < rule:
            yield f"{where}: {value!r} is shorter than {rule}"

    def on_minimum(self, value, rule, where, _):
        if TYPES["number"](value) and value < rule:
            yield f"{where}: {value} is less than {rule}"

    def on_maximum(self, value, rule, where, _):
        if TYPES["number"](value) and value > rule:
            yield f"{where}: {value} is more than {rule}"

    def on_minItems(self, value, rule, where, _):
        if isinstance(value, list) and len(value) < rule:
            yield f"{where}: fewer than {rule} items"

    def on_maxItems(self, value, rule, where, _):
        if isinstance(value, list) and len(value) > rule:
            yield f"{where}: more than {rule} items"

    def on_uniqueItems(self, value, rule, where, _):
        if rule and isinstance(value, list):
            seen = [json.dumps(item, sort_keys=True) for item in value]
            if len(set(seen)) < len(seen):
                yield f"{where}: an item stands there twice"

    def on_items(self, value, rule, where, _):
        if isinstance(value, list):
            for i, item in enumerate(value):
                yield from self.errors(item, rule, f"{where}[{i}]")

    def on_properties(self, value, rule, where, _):
        if isinstance(value, dict):
            for name, inner in rule.items():
                if name in value:
                    yield from self.errors(value[name], inner, f"{where}.{name}")

    def on_required(self, value, rule, where, _):
        if isinstance(value, dict):
            for name in rule:
                if name not in value:
                    yield f"{where}: {name!r} is missing"

    def on_additionalProperties(self, value, rule, where, schema):
        if isinstance(value, dict):
            for name in value:
                if name not in schema.get("properties", {}):
                    yield from self.errors(value[name], rule, f"{where}.{name}")

    def on_anyOf(self, value, rule, where, _):
        tries = [list(self.errors(value, one, where)) for one in rule]
        if all(tries):
            yield f"{where}: fits none of {len(rule)} forms: {'; '.join(min(tries, key=len))}"

    def on_oneOf(self, value, rule, where, _):
        fits = sum(not list(self.errors(value, one, where)) for one in rule)
        if fits != 1:
            yield f"{where}: fits {fits} of {len(rule)} forms, not one"


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = Schema(json.load(file))
    if sys.argv[2] == "--":
        text = subprocess.run(sys.argv[3:], stdout=subprocess.PIPE, check=True).stdout
    else:
        with open(sys.argv[2], "rb") as file:
            text = file.read()
    errors = list(schema.errors(json.loads(text)))
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
