"""The cookies that the user gives: which of them go with a request.

A `cookies.txt` comes in as browsers export it (the format of Netscape's Navigator). A value of the Cookie
header comes out, None where no cookie fits the URL (RFC 6265, section 5.4): host, path and `secure` are
heeded, and those that are over are not sent.
"""

import warnings
from http.cookiejar import DefaultCookiePolicy, LoadError, MozillaCookieJar
from pathlib import Path
from urllib.request import Request

from archiver.errors import ConfigError


class Cookies:
    """The cookies of a file; without one there are none. Raises ConfigError."""

    def __init__(self, file: Path | None) -> None:
        of_host_alone = DefaultCookiePolicy.DomainStrictNonDomain  # else subdomains get them, too
        self._jar = MozillaCookieJar(policy=DefaultCookiePolicy(strict_ns_domain=of_host_alone))
        if file is None:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a line out of form is taken for a bug, with a traceback
                self._jar.load(str(file), ignore_discard=True, ignore_expires=True)
        except UnicodeDecodeError as error:
            raise ConfigError(f"{file}: not UTF-8") from error
        except LoadError as error:
            raise ConfigError(
                f"{file}: no file of cookies; its first line is # Netscape HTTP Cookie File"
            ) from error
        except OSError as error:
            raise ConfigError(f"{file}: {error.strerror}") from error
        for cookie in self._jar:
            if cookie.expires == 0:  # how browsers export a cookie of the session
                cookie.expires = None
        self._jar.clear_expired_cookies()

    def header(self, url: str) -> str | None:
        """Return the value of the Cookie header for a request of that URL."""
        request = Request(url)  # noqa: S310  it is never opened
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")
