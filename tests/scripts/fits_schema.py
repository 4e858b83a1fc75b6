"""Whether JSON values fit schemas of an OpenAPI 3.1 document.

Reads {"document", "cases": [{"name", "schema", "value"}]} from stdin; prints a line for each that does not fit.
"""

import json
import sys

import jsonschema_rs

given = json.load(sys.stdin)
for case in given["cases"]:
    # References lead to the document's components.
    schema = {**case["schema"], "components": given["document"]["components"]}
    for error in jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors(case["value"]):
        print(f"{case['name']}: {error.message} at /{'/'.join(map(str, error.instance_path))}")
