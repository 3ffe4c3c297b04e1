"""What Schemathesis is told of this API besides its document."""

import json
from datetime import datetime, timezone

import schemathesis
from schemathesis.core.deserialization import deserialize_response
from schemathesis.specs.openapi.checks import RejectedPositiveData

MODE = "positive_data_acceptance"
is_accepted = schemathesis.checks.CHECKS.get_one(MODE)


def is_number(text):
    return text.lstrip("-").isdecimal()


def listed(value):
    return value if isinstance(value, list) else str(value).split(",")


def is_span(problem, _query):
    return problem["detail"].endswith(
        ("from 2001 to 2069.", "before to.", "before to, or a larger bucket.")
    )


# What a schema of one parameter cannot say, so that a value that is right by it may be refused all the same: by the
# parameter that the refusal has to name, whether this refusal is of that kind.
REFUSED = {
    # Which wikis there are. What may be meant instead is told.
    "scope": lambda problem, _query: len(problem.get("nearest", [])) > 0,
    # Which names they have for their namespaces. Numbers are taken in any case.
    "namespace": lambda _problem, query: not all(map(is_number, listed(query["namespace"]))),
    # That two exclude each other.
    "after": lambda _problem, query: "before" in query,
    # That one depends on the other and on the bucket; that what is older and newer than all changes is not counted.
    "from": is_span,
    "to": is_span,
    # What has not begun yet, and what was before all wikis.
    "day": lambda _problem, query: not "2001" <= query["day"] <= datetime.now(timezone.utc).isoformat(),
}


def is_known_refusal(response, case):
    # How long all parameters together may be.
    if response.status_code in (414, 431):
        return len(response.request.path_url) > 8000
    if response.status_code != 400:
        return False
    problem = json.loads(response.content)
    is_known = REFUSED.get(problem.get("parameter"))
    return is_known is not None and problem["parameter"] in case.query and is_known(problem, case.query)


schemathesis.checks.CHECKS.unregister(MODE)


@schemathesis.check
def positive_data_acceptance(ctx, response, case):
    """The check of this name, but for refusals that no schema can foretell. Everything else is checked of them too."""
    try:
        return is_accepted(ctx, response, case)
    except RejectedPositiveData:
        if is_known_refusal(response, case):
            return None
        raise


@schemathesis.check
class EveryAnswerWasSeen:
    """A run in which everything was refused, or the stream was silent, would show nothing."""

    def __init__(self):
        self.seen = set()

    def after_response(self, ctx, response, case):
        self.seen.add((case.operation.path, response.status_code))
        content_type = response.headers.get("content-type", [""])[0]
        if content_type.startswith("text/event-stream"):
            data = deserialize_response(response, content_type, context=None)
            self.seen.add((case.operation.path, "event" if data else "silence"))

    def after_run(self, ctx):
        paths = {path for path, _ in self.seen}
        api = {path for path in paths if path.startswith("/api/")}
        expected = {
            *((path, 200) for path in paths),
            *((path, 400) for path in api - {"/api/status"}),
            *((path, 405) for path in paths),
            ("/api/changes/stream", "event"),
        }
        missing = expected - self.seen
        if missing:
            raise AssertionError(f"never answered: {sorted(missing, key=str)}")
