"""What drf-spectacular can't find out by itself."""

from __future__ import annotations

from typing import Any

ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Every answer with a status of 400 and above.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "example": "not_found"},
                "message": {"type": "string", "description": "A sentence for people."},
                "fields": {
                    "type": "object",
                    "description": "What is wrong with single fields.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "person": {
                    "type": "object",
                    "description": "With `name_taken` only: who has this name; ask whether they are the same.",
                    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
                },
            },
        }
    },
}
IN_ROOMS = ("progress", "leave")


def add_errors(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """The one error shape at every operation, and one heading for each resource."""
    result["components"].setdefault("schemas", {})["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for path, operations in result["paths"].items():
        resource = path.removeprefix("/api/v1/").removeprefix("rooms/{room}/").partition("/")[0]
        for operation in operations.values():
            operation["tags"] = [resource if resource not in IN_ROOMS else "rooms"]
            operation["responses"]["4XX"] = {
                "description": "It can't be done; the message says why.",
                "content": content,
            }
    return result
