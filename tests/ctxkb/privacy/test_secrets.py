from __future__ import annotations

import base64
import json

import pytest

from ctxkb.config import Privacy
from ctxkb.privacy.clean import masked

PRIVACY = Privacy()


def _jwt() -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256"}, {"sub": "4711", "admin": True}))
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmF0dXJlLXBhcnQ"])


# Put together, so that no scanner of the repository takes these made-up values for leaks.
SECRETS = {
    "AKIA" + "IOSFODNN7EXAMPLE": "AWS key",
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8": "GitHub token",
    "github_pat_" + "11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ01234567": "GitHub token",
    "glpat-" + "aB3dE6gH9jK2mN5pQ8sT": "GitLab token",
    "xoxb-" + "123456789012-abcdefGHIJ0987654321": "Slack token",
    "https://hooks.slack.com/services/" + "T01ABCDEF/B02GHIJKL/a1B2c3D4e5F6g7H8i9J0": "Slack token",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc": "Stripe key",
    "sk-proj-" + "Ab3dEf6hIj9kLm2nOp5qRs8t": "API key",
    "AIza" + "SyA1bC2dE3fG4hI5jK6lM7nO8pQ9rS0tU1v": "Google key",
    "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8": "npm token",
    "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr": "SendGrid key",
    "hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH": "Hugging Face token",
    _jwt(): "JWT",
}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_with_a_form_of_its_own_is_masked_wherever_it_stands(secret: str) -> None:
    """In a sentence, in code and in a table a provider's key is replaced whole, and what it was is said."""
    mask = f"(masked {SECRETS[secret]})"
    text = f"Use {secret} here.\n\n```sh\nexport X={secret}\n```\n| a | {secret} |\n"
    assert masked(text, PRIVACY) == text.replace(secret, mask)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("DB_PASSWORD=hunter2x", "DB_PASSWORD=(masked password)"),
        ('  "password": "S3cr3t!pass",', '  "password": "(masked password)",'),
        ("db_pass: Tr0ub4dor&3", "db_pass: (masked password)"),
        ("The password is `correct4Horse`.", "The password is `(masked password)`."),
        ("**Password:** correct4Horse", "**Password:** (masked password)"),
        ("| Password | correct4Horse |", "| Password | (masked password) |"),
        ("client_secret: 8f3kd92kQx71ZmPq0aLw", "client_secret: (masked secret)"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzz81KEY", "aws_secret_access_key = (masked secret)"),
        ("api-key: 4f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "api-key: (masked secret)"),
        (
            'curl -H "Authorization: Bearer 9xKq2LmN8pR4sT7vW1yZ3bC5" x',
            'curl -H "Authorization: Bearer (masked secret)" x',
        ),
        ("postgres://app:s3cr3tpw@db:5432/app", "postgres://app:(masked password)@db:5432/app"),
        ("redis://:swordfish@cache:6379", "redis://:(masked password)@cache:6379"),
        ("//npm.test/:_authToken=4f9a8b7c-6d5e-4f3a-2b1c-0d9e8f7a6b5c", "//npm.test/:_authToken=(masked npm token)"),
        ("curl -u ci:swordfish9 https://x.test", "curl -u ci:(masked password) https://x.test"),
    ],
)
def test_what_stands_behind_a_word_for_it_is_masked(line: str, shown: str) -> None:
    """Passwords and keys without a form are found by the word before them; the rest of the line stays."""
    assert masked(line, PRIVACY) == shown


@pytest.mark.parametrize(
    "line",
    [
        "password: ${DB_PASSWORD}", "password = os.environ['DB_PASSWORD']", "PASSWORD=<your-password>", "token: string",
        "password: changeme123", "password=postgres", "secret: my-app-secret", "api_key: YOUR_API_KEY_2",
        "The token is opaque.", "password: min 8 characters", "max_tokens: 4096", "tokenizer: o200k_base",
        "token: process.env.GITHUB_TOKEN", "Password | at least 12 characters", "secretName: db-credentials-v2",
        "auth_key: 123e4567-e89b-12d3-a456-426614174000", "passwordHash: sha256", "secret: k8s/prod/db2",
        "postgres://postgres:postgres@localhost:5432/app", "postgres://user:password@host/db",
        "docker run -u 1000:1000 x",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b",
        '"integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdB=="',
        "id: 123e4567-e89b-12d3-a456-426614174000", "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "risk-assessment-and-mitigation-2024-plan", "passport: required9",
        "[client_secret]: https://learn.test/v2-oauth2", "postgresql://electric_user:secure_password@localhost:5432/x",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret_stays(line: str) -> None:
    """Placeholders, references, names, ids, commits and digests are no secrets."""
    assert masked(line, PRIVACY) == line


def test_a_private_key_keeps_its_lines() -> None:
    """The body of a private key is masked in as many lines, so that citations below it stay right."""
    body = "\n".join(["MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn9sYvQwqYw1kzYBX0uLJk2"] * 3)
    text = f"Before\n-----BEGIN RSA {'PRIVATE'} KEY-----\n{body}\n-----END RSA {'PRIVATE'} KEY-----\nAfter\n"
    shown = masked(text, PRIVACY)
    assert shown == text.replace(body, "(masked private key)\n\n")
    in_json = text.replace("\n", "\\n")
    assert masked(in_json, PRIVACY) == in_json.replace(
        "\\n" + body.replace("\n", "\\n") + "\\n", "(masked private key)"
    )
    placeholder = text.replace(body, "...")
    assert masked(placeholder, PRIVACY) == placeholder


def test_a_line_can_be_left_alone() -> None:
    """The pragma of detect-secrets, or a value named under `allow`, leaves what looks like a secret."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    marked = f"{secret} <!-- pragma: allowlist secret -->\n"
    assert masked(f"{marked}{secret}\n", PRIVACY) == f"{marked}(masked GitHub token)\n"
    assert masked(secret, Privacy(allow=("ghp_a1B2*",))) == secret


def test_secrets_can_be_left_unmasked() -> None:
    """`secrets = false` masks none."""
    assert masked("password: hunter2x", Privacy(secrets=False)) == "password: hunter2x"
