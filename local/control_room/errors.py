"""The errors the API answers, in the control room's shape: ``{"code", "message", "details"}``.

The vendor publishes no list of codes. ``UM1117`` for a missing token is what its users report; the other
codes are this stand-in's own words, so a client must go by the status, never by the code.
"""

from pydantic import ValidationError


class ApiError(Exception):
    """A refusal with its HTTP status and the three fields of the body."""

    def __init__(self, status: int, code: str, message: str, details: list[str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details or []

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        return {"code": self.code, "message": self.message, "details": self.details}


def bad_request(message: str, details: list[str] | None = None) -> ApiError:
    """A 400 for a request that cannot be understood."""
    return ApiError(400, "BAD_REQUEST", message, details)


def unauthorized(code: str, message: str) -> ApiError:
    """A 401: the credentials or the token are no good."""
    return ApiError(401, code, message)


def invalid_body(error: ValidationError) -> ApiError:
    """A 400 that names each wrong field but repeats no value, which might be a secret."""
    details = [
        f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return bad_request("The request body is not valid: " + "; ".join(details), details)
