"""Finds text that is not about the repository but commands whoever reads it: an agent, not a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.privacy.anchors import places
from ctxkb.privacy.invisible import bare

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Sign:
    """What such text looks like in small letters: `pattern` begins at one of the `anchors`."""

    says: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]


def _sign(says: str, anchors: str, *patterns: str) -> Sign:
    """A sign whose words may be parted by line ends, quote marks and emphasis as well as by a blank."""
    joined = "|".join(pattern.format(**_WORDS) for pattern in patterns).replace(" ", r"[\s>*_#/]{1,8}")
    return Sign(says, tuple(anchors.split()), re.compile(joined))


_WORDS = {
    "any": "(?: (?:all|any|every|each|of|the|these|those|and|or|about|this|that|it|to|its|their|your))",
    "earlier": "(?:previous|prior|preceding|earlier|above|foregoing|existing|initial|original|system|developer|safety"
    "|your)",
    "orders": "(?:instructions?|prompts?|directions?|directives?|guidelines|guardrails|commands|orders|context"
    "|messages?)",
    "told": r"(?:(?<![a-z0-9,)`\"']\x20)|(?<=(?:lease|.must|hould|..now|lways)\x20)|(?<=\x20and\x20))",
    "rules": "(?:instructions?|rules?|directives?|guidelines|guardrails|orders|conventions|policies|restrictions)",
    "readers": r"(?<!\w)(?:claude|chatgpt|gpt[-\w]{0,8}|gemini|copilot|cursor|codex|llms?|ai|assistants?|agents?"
    "|(?:language )?models?|reviewer)",
    "role": "(?:ai|llm|assistant|agent|bot|model|mode|dan|persona|jailbroken|unrestricted|unfiltered|bound|restricted"
    "|root)",
    "held": r"(?:conversation|chat history|system prompt|secrets?|credentials|passwords?|api[\x20_-]?keys?"
    r"|access tokens?|environment variables|private keys?|ssh keys?|source code|\.env\b|~/\.ssh|~/\.aws)",
    "store": r"(?:\.env\b|\.ssh/|id_rsa\b|id_ed25519\b|\.aws/credentials|/etc/(?:passwd|shadow)|\.netrc|printenv\b"
    r"|\$\(env\))",
}

SIGNS = (
    _sign(
        "asks to ignore what the reader was told",
        "ignor disregard forget overrid bypass",
        r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass(?:ing)?){any}{{0,4}}"
        r"(?: {earlier}){{1,3}}(?: (?:and|or|{earlier})){{0,3}} {orders}\b",
        r"(?:ignore|disregard|forget) (?:everything|all|anything)(?: of)?"
        r"(?: (?:that|which|you|was|were|came|is|has|have|been|said|told|written|instructed)){{0,5}}"
        r" (?:above|before|previously|earlier|prior)\b",
        r"{told}(?:ignore|disregard|forget){any}{{0,4}}"
        r"(?: (?:previous|prior|preceding|earlier|above|foregoing|your)){{1,2}} {rules}\b",
        r"{told}(?:ignore|disregard|forget){any}{{0,4}} {rules}"
        r" (?:above|(?:that )?you (?:were|have been|are) (?:told|given))\b(?! (?:if|when|unless|for|in|on)\b)",
        r"{told}(?:ignore|disregard|forget){any}{{0,4}} {rules} (?:in|of|from) (?:the |your |this )?[\"'`(]?"
        r"(?:[\w./-]{{0,40}}(?:agents|claude|gemini|copilot-instructions)\.md\b|\.cursor|system prompt\b)",
    ),
    _sign(
        "asks to ignore what the reader was told",
        "ignorier vergiss vergessen missacht",
        r"(?:ignoriere?(?:n sie)?|vergiss|vergessen sie|missachte(?:n sie)?)"
        r"(?: (?:bitte|alle|aller|all|die|deine|ihre|diese|sämtliche|jegliche)){{0,4}}"
        r" (?:vorherig|vorig|bisherig|früher|obig|vorangegangen|vorhergehend|vorstehend|oben (?:stehend|genannt))e[nr]?"
        r" (?:anweisungen|instruktionen|vorgaben|regeln|anordnungen|befehle|richtlinien|prompts)\b",
    ),
    _sign(
        "asks to ignore what the reader was told",
        "ignore oublie tenez tiens",
        r"(?:ignore[zr]?|oublie[zr]?|(?:tenez|tiens) (?:pas|plus) compte)"
        r"(?: (?:toutes|tous|les|des|de|tes|vos|ces)){{0,4}}"
        r"(?: (?:instructions|consignes|directives|règles|ordres)"
        r"(?: (?:données|reçues|qui|te|vous|sont|ont|été)){{0,4}}"
        r" (?:pr[ée]c[ée]dente?s|antérieure?s|ci-dessus|plus haut)"
        r"| (?:pr[ée]c[ée]dente?s|antérieure?s) (?:instructions|consignes|directives|règles|ordres))\b",
    ),
    _sign(
        "commands an agent by its name",
        "claude chatgpt gpt gemini copilot cursor codex llm ai assistant agent model language reviewer",
        r"{readers}[,:] (?:when|if|while|as|once|after|before|upon|whenever)(?: (?:you|are|have|ever)){{0,2}}"
        r" (?:read|see|process|review|pars|load|summari[sz])(?:e|s|es|ed|ing)? (?:this|these|the following)\b",
        r"{readers}[,:][^\n]{{0,100}}\b(?:must|should|have to|need to|please|always)\b[^\n]{{0,40}}"
        r"\b(?:curl|wget)\b[^\n|]{{0,160}}\|\s?(?:sudo )?(?:ba|z|da)?sh\b",
        r"{readers}[,:] (?:(?:please|you|must|should|have to|need to|always|just|now) ){{0,4}}(?:approve|merge|accept)"
        r" (?:this|all|any|every|these)(?: \w{{1,12}})?"
        r" (?:changes?|pull requests?|merge requests?|prs?|commits?|diffs?)\b",
    ),
    _sign(
        "gives the reader another role",
        "you act pretend enter enable activate switch",
        r"you are (?:now|from now on|no longer) (?:an? |in |the )?(?:\w{{1,20}} ){{0,3}}?{role}\b",
        r"(?:act as|pretend to be) (?:dan\b|do anything now|an? (?:unrestricted|unfiltered|uncensored|jailbroken) )",
        r"(?:enter|enable|activate|switch to) (?:developer|god|jailbreak|unrestricted) mode\b",
    ),
    _sign(
        "poses as the conversation",
        "<| [inst [/inst <<sys <system </system new updated revised begin system",
        r"<\|(?:im_start|im_end|system|user|assistant)\|>|\[/?inst\]|<<sys>>|</?system[-_](?:reminder|prompt)\b",
        r"(?:new|updated|revised) system (?:instructions?|prompt|message)\s?:|begin system prompt\b",
        r"(?<![\w`\"'(/.=-])(?<![\w`\"'(/.=,-]\x20)system(?: (?:message|prompt|note))?[\]*_]{{0,3}}:[*_]{{0,3}}"
        r" (?:you (?:now )?have (?:\w{{1,15}} ){{0,3}}(?:access|permissions?|privileges|rights|approval)\b"
        r"|(?:you are now|ignore|disregard|forget|from now on|approve|access granted)\b)",
    ),
    _sign(
        "asks to keep something from the user",
        "not n't n’t never without",
        r"(?:not|n['’]t|never|without) (?:tell|inform|notify|alert|mention|reveal|disclos)(?:e|ing)?{any}{{0,5}}"
        r" (?:user|human|operator)s?\b(?! (?:that|which|whether|who|how|why|if|when|interface|agent|story))",
    ),
    _sign(
        "asks for the reader's own instructions",
        "reveal print output repeat show display send leak disclose recite",
        r"(?:reveal|print|output|repeat|show|display|send|leak|disclose|recite)"
        r"(?: (?:to|me|us|out|back|all|of|the|full|entire|exact|contents)){{0,4}}"
        r" your (?:system prompt|(?:system|initial|hidden|original|secret) (?:instructions|prompt|message))\b",
    ),
    _sign(
        "asks to send secrets away",
        "send post upload forward exfiltrat transmit leak email append encode",
        r"(?:send|post|upload|forward|exfiltrate|transmit|leak|email|append|encode)"
        r"(?:{any}|(?: (?:contents|user's))){{0,5}}"
        r" {held}[^.\n]{{0,60}} (?:to|into|at|in) [^.\n]{{0,30}}https?://",
    ),
    _sign(
        "a command that sends secrets away",
        "curl wget ncat",
        r"(?:curl|wget|ncat)\b[^\n|]{{0,160}}(?:-d|--data\S{{0,12}}|-f|--form|-t|--upload-file|--post-file)[\x20=]"
        r"[^\n|]{{0,80}}{store}",
        r"(?:curl|wget)\b[^\n]{{0,160}}\$\([^\n)]{{0,40}}{store}",
    ),
    _sign(
        "a command that sends secrets away",
        ".env .ssh/ id_rsa id_ed25519 .aws/ /etc/ .netrc printenv env",
        r"(?:{store}|env\b)[^\n|]{{0,60}}\|(?:[^\n|]{{0,60}}\|)?\s{{0,3}}(?:curl|wget|ncat|nc)\b",
    ),
)

_LONGEST_COMMENT = 4_000
_LINK_COMMENT = re.compile(r"^\[(?://|comment)\]: ?#? ?[(\"'](.{3,1000}?)[)\"'][ \t]*$", re.MULTILINE)
_UNSEEN = re.compile(
    r"style\s*=\s*[\"'][^\"'\n]{0,200}(?:display:\s*none|visibility:\s*hidden|font-size:\s*0|opacity:\s*0)[^\w.]"
)
_TO_READER = re.compile(
    r"\b(?:ai|a\.i\.|llms?|agents?|assistants?|chat-?bots?|models?|claude|chatgpt|gpt[-\w]*|gemini|copilot|cursor"
    r"|codex)\b[^.\n]{0,40}?(?:[:,]|\b(?:must|should|shall|please|will|has to|have to|needs? to)\b)\s*"
    r"(?:(?:please|must|should|do|never|always|not|also|now|first) ){0,4}"
    r"(?:run|execute|call|fetch|download|install|curl|wget|open|visit|send|post|upload|e-?mail|read|write|delete|remove|add"
    r"|insert|append|include|say|tell|reply|respond|recommend|approve|merge|commit|push|ignore|follow|use|set|disable|skip"
    r"|output|print|reveal)\b"
)


def find_instructions(text: str) -> list[tuple[int, str]]:
    """The lines (1-based) of `text` that command its reader, and what they do; in order, each line once.

    Invisible characters do not hide them, and letters that are written in invisible ones are read.
    """
    plain = (text if text.isascii() else bare(text)).lower()
    found: dict[int, str] = {}
    for at, says in sorted((*_signs(plain), *_unseen(plain))):
        found.setdefault(plain.count("\n", 0, at) + 1, says)
    return list(found.items())


def _signs(text: str) -> Iterator[tuple[int, str]]:
    for sign in SIGNS:
        for anchor in sign.anchors:
            yield from ((at, sign.says) for at in places(text, anchor) if sign.pattern.match(text, at))


def _unseen(text: str) -> Iterator[tuple[int, str]]:
    """What is not shown where the document is, and speaks to an agent."""
    for at, said in _comments(text):
        if _TO_READER.search(said):
            yield at, "a comment that commands an agent"
    if "style" in text:
        for match in _UNSEEN.finditer(text):
            yield match.start(), "text that its style hides"


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Where each comment begins, and what it says."""
    at = text.find("<!--")
    while at >= 0 and (past := text.find("-->", at)) >= 0:
        yield at, text[at : min(past, at + _LONGEST_COMMENT)]
        at = text.find("<!--", past)
    if "]: #" in text:
        yield from ((match.start(), match[1]) for match in _LINK_COMMENT.finditer(text))
