"""What may go wrong on the way to a feed, in our own words: refusals, and what libcurl and the system raise."""

from datetime import UTC, datetime
from http import HTTPStatus

import pycurl
from yarl import URL

from adapters.feeds.addresses import closed
from adapters.feeds.answers import Answer
from adapters.feeds.freshness import retry_after
from adapters.feeds.transfer import ClosedAddressError, TransferError
from bot.errors import FeedError, Forbidden, Refused, TooSlow, Unreachable

_INSECURE = {
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CIPHER,
    pycurl.E_SSL_ISSUER_ERROR,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_SSL_INVALIDCERTSTATUS,
}
_BROKEN_OFF = {
    pycurl.E_PARTIAL_FILE,
    pycurl.E_RECV_ERROR,
    pycurl.E_BAD_CONTENT_ENCODING,
    pycurl.E_WRITE_ERROR,
}


def refusal(url: URL, answer: Answer) -> Refused:
    """Word an HTTP status that is no success. The server's own reason phrase is text from outside and left out."""
    name = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "an unknown status"
    challenge = " with a challenge page" if answer.headers.get("cf-mitigated") == "challenge" else ""
    return Refused(
        f"{url.host} answered {answer.status} {name}{challenge}",
        status=answer.status,
        retry_after=retry_after(answer.headers, datetime.now(UTC)),
        problem=f"http_{answer.status}",
    )


def in_our_words(url: URL, error: Exception, seconds: float) -> FeedError:
    """Translate what libcurl and the system raise; the reasons stay, cut to one short line."""
    match error:
        case TimeoutError() | TransferError(code=pycurl.E_OPERATION_TIMEDOUT):
            return TooSlow(f"{url.host} did not finish within its {max(seconds, 0):.3g} seconds")
        case ClosedAddressError():
            return Forbidden(closed(str(url.host)))
        case TransferError(code=pycurl.E_URL_MALFORMAT):
            return Forbidden(f"{url.host}: no address to visit")
        case TransferError() if error.code in _INSECURE:
            return Unreachable(f"{url.host}: no secure connection: {_short(error)}")
        case TransferError() if error.code in _BROKEN_OFF:
            return Unreachable(f"{url.host}: the answer broke off or cannot be unpacked: {_short(error)}")
        case TransferError():
            return Unreachable(f"{url.host}: no connection: {_short(error)}")
        case _:
            return Unreachable(f"{url.host}: no such name, or no name server that answers")


def _short(error: Exception) -> str:
    """Return an outside error's first words on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
