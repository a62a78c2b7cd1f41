"""Finds keys, tokens and passwords in a text: by the detectors of detect-secrets, and by what stands before them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from ctxkb.privacy.anchors import lowered, places
from ctxkb.privacy.guesses import LEAST_KEY, is_formed, is_key, is_login, is_password
from ctxkb.privacy.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Form:
    """A provider's keys: what they are, and the plugin of detect-secrets ("module:class") that finds them.

    A `pattern` takes the place of the plugin's own, or of a plugin. A text without any of the `anchors` has none of
    these keys, which spares most texts the patterns.
    """

    what: str
    anchors: tuple[str, ...]
    plugin: str = ""
    pattern: str = ""


GITLAB = (
    "glpat-",
    "gldt-",
    "glft-",
    "glsoat-",
    "glrt-",
    "GR1348941",
    "glcbt-",
    "glimt-",
    "glptt-",
    "glagent-",
    "gloas-",
)

FORMS = (
    Form("AWS key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T", "aws", "AWS"), "aws:AWSKeyDetector"),
    Form("Azure key", ("AccountKey=",), "azure_storage_key:AzureStorageKeyDetector"),
    Form("Azure signature", ("sig=",), pattern=r"[?&]sig=([A-Za-z0-9%/+]{40,})"),
    Form("Discord token", ("discord", "Discord", "DISCORD"), "discord:DiscordBotTokenDetector"),
    Form("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), "github_token:GitHubTokenDetector"),
    Form("GitHub token", ("github_pat_",), pattern=r"github_pat_\w{22,255}"),
    Form("GitLab token", GITLAB, "gitlab_token:GitLabTokenDetector"),
    Form("Google key", ("AIza", "GOCSPX-"), pattern=r"AIza[\w-]{35}|GOCSPX-[\w-]{28}"),
    Form("Hugging Face token", ("hf_",), pattern=r"\bhf_[A-Za-z0-9]{34}\b"),
    Form("JWT", ("eyJ",), pattern=r"(?<![\w-])(eyJ[\w-]+={0,2}\.[\w=-]+)(?:\.[\w.+/=-]*)?"),
    Form("Mailchimp key", ("-us",), "mailchimp:MailchimpDetector"),
    Form("npm token", ("_authToken",), pattern=r"(?<=_authToken=)[\w-]{20,200}"),
    Form("npm token", ("npm_",), pattern=r"\bnpm_[A-Za-z0-9]{36}\b"),
    Form("OpenAI key", ("T3BlbkFJ",), "openai:OpenAIDetector"),
    Form("API key", ("sk-",), pattern=r"(?<![\w-])sk-(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Z])[\w-]{20,200}"),
    Form("PyPI token", ("pypi-",), "pypi_token:PypiTokenDetector"),
    Form("SendGrid key", ("SG.",), "sendgrid:SendGridDetector"),
    Form("Slack token", ("xox", "slack.com"), "slack:SlackDetector"),
    Form("Slack token", ("xox", "xapp-"), pattern=r"\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{20,}"),
    Form("Square token", ("sq0csp-",), "square_oauth:SquareOAuthDetector"),
    Form("Stripe key", ("_live_", "_test_", "whsec_"), pattern=r"\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}"),
    Form("Telegram token", ("telegram", "Telegram", "TELEGRAM"), "telegram_token:TelegramBotTokenDetector"),
    Form("Twilio key", ("twilio", "Twilio", "TWILIO"), "twilio:TwilioKeyDetector"),
    Form("Vault token", ("hvs.",), pattern=r"\bhvs\.[\w-]{24,}"),
    Form("DigitalOcean token", ("_v1_",), pattern=r"\bdo[opr]_v1_[a-f0-9]{64}"),
    Form("age key", ("AGE-SECRET-KEY-1",), pattern=r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
)
"""What has a form of its own. The others of detect-secrets look for any long random string, of which documents have
many that are no secrets (digests, commits, ids): those are found by the word before them, below."""

NAMES = (
    "pass", "pwd", "api", "access", "auth", "private", "client", "account", "service", "signing",
    "encryption", "master", "license", "secret", "token", "credential",
)  # fmt: skip
"""How words begin behind which a secret may stand."""

_ASSIGNED = re.compile(
    r"(?:(?P<word>passw(?:or)?d|passphrase|pwd|(?<![a-z])pass)|(?:api|access|auth)[-_ ]?key"
    r"|(?:private|client|account|service|signing|encryption|master|license)[-_]?key"
    r"|secret(?:[-_ ]?(?:access[-_ ]?)?key)?|token|credentials?|authorization)"
    r"(?:[-_]?(?:prod(?:uction)?|staging|dev|test|local|\d{1,2}))?[\"'\])*_`]{0,4}[ \t]{0,4}"
    r"(?:=>|:=|={1,3}|::?|\||is\b)[*_(\"'` \t]{0,8}(?:(?:bearer|basic|token)[ \t]+)?"
    r"(?P<value>[^\s\"'`<>|,;]{6,400})"
)
_BEARER = re.compile(r"\b(?:bearer|basic)[ \t]+(?P<value>[\w+/=.~-]{16,400})", re.IGNORECASE)
_LOGIN = r"(?P<user>[^\s:/@\"'`<>]{0,100}):(?P<value>[^\s:/@\"'`<>]{4,200})"
_LOGINS = (
    (re.compile(rf"://{_LOGIN}@"), ("://",)),
    (re.compile(rf"(?:-u|--user)[ \t=]{{1,4}}[\"']?{_LOGIN}"), ("-u", "--user")),
)
"""In an address, and as `curl` takes it."""

_PRIVATE = "PRIVATE KEY"
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?P<value>(?:[\w+/=\s\\:,.>|\"'#*()]|-(?!----)){0,20000})"
)
_KEY_BODY = re.compile(r"[A-Za-z0-9+/]{20}")
_ALLOWED = re.compile(r"pragma: ?allowlist[ -]secret", re.IGNORECASE)


def find_secrets(text: str) -> list[Span]:
    """Where secrets stand in `text`; none in a line that says `pragma: allowlist secret`, as to detect-secrets."""
    spans = [*_by_form(text), *_private_keys(text), *_by_name(text)]
    if not spans or not _ALLOWED.search(text):
        return spans
    return [span for span in spans if not _ALLOWED.search(text, *_line_of(text, span))]


def _by_form(text: str) -> Iterator[Span]:
    for form in FORMS:
        if not any(anchor in text for anchor in form.anchors):
            continue
        for pattern in _patterns(form):
            for match in pattern.finditer(text):
                # Some of the library's patterns have a group around the key, others around its prefix.
                group = 1 if match.re.groups and not form.pattern and len(match[1] or "") >= LEAST_KEY else 0
                if is_formed(match[group]) and (form.what != "JWT" or _is_jwt(match[1])):
                    yield Span(*match.span(group), form.what)


@cache
def _patterns(form: Form) -> tuple[re.Pattern[str], ...]:
    """What finds keys of that form; detect-secrets is imported where a text may have some."""
    if form.pattern:
        return (re.compile(form.pattern),)
    module, kind = form.plugin.split(":")
    return tuple(getattr(import_module(f"detect_secrets.plugins.{module}"), kind).denylist)


def _is_jwt(written: str) -> bool:
    """Whether the first two parts of a token are JSON; its signature may be cut."""
    from detect_secrets.plugins.jwt import JwtTokenDetector

    return bool(JwtTokenDetector.is_formally_valid(written))


def _private_keys(text: str) -> Iterator[Span]:
    if _PRIVATE in text:
        for match in _PRIVATE_KEY.finditer(text):
            value = match["value"]
            if _KEY_BODY.search(value):
                first = match.start("value") + len(value) - len(value.lstrip())
                yield Span(first, match.start("value") + len(value.rstrip()), "private key")


def _by_name(text: str) -> Iterator[Span]:
    """What stands behind a word for a secret, and passwords in addresses."""
    small = lowered(text)
    for match in _at(_ASSIGNED, small, NAMES):
        first = match.start("value")
        value = _bare(text[first : match.end()])
        if is_password(value) if match["word"] else is_key(value):
            yield Span(first, first + len(value), "password" if match["word"] else "secret")
    for match in _at(_BEARER, small, ("bearer", "basic")):
        if is_key(text[slice(*match.span("value"))]):
            yield Span(*match.span("value"), "token")
    for pattern, anchors in _LOGINS:
        for match in _at(pattern, text, anchors):
            if is_login(match["user"], match["value"]):
                yield Span(*match.span("value"), "password")


def _at(pattern: re.Pattern[str], text: str, anchors: Iterable[str]) -> Iterator[re.Match[str]]:
    """The matches that begin at an anchor; what lies within one is not looked at again for the same anchor."""
    for anchor in anchors:
        past = 0
        for at in places(text, anchor):
            if at >= past and (match := pattern.match(text, at)):
                past = match.end()
                yield match


def _bare(value: str) -> str:
    """A value without the punctuation of the sentence around it."""
    return value.rstrip(".:?)]}*_")


def _line_of(text: str, span: Span) -> tuple[int, int]:
    past = text.find("\n", span.first)
    return text.rfind("\n", 0, span.first) + 1, past if past >= 0 else len(text)
