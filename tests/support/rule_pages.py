"""What the pages in docs/rules show: the files before and after each change whose findings they print."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.gate import madr, nygard
from support.orders import ORDERS, changed, without

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Example:
    """A change: the files before it, and those that it writes or moves (old to new path)."""

    rule: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    moved: Mapping[str, str] = field(default_factory=dict)
    everything: bool = False


ADR = "docs/adr/0007-use-date-fns.md"
ORDERS_PATH = "contracts/orders.yaml"
COUPLE = """\
[[couple]]
name = "api-contract"
when = ["src/api/**"]
require = ["contracts/**"]
message = "The contract describes the API: change both."
"""
NEXT, ZOD = {"date-fns": "^3.0.0", "next": "^14.1.0"}, {"zod": "^3.23.0"}
AUTHORITY = """\
[[authority]]
paths = ["infra/**", "migrations/**"]
level = "approval"
owner = "platform"

[[authority]]
paths = ["infra/prod/**"]
level = "never"
"""
WAIVER = """\
[[waivers]]
rule = "{rule}"
paths = ["{paths}"]
until = {until}
owner = "payments"
reason = "the contract is rewritten in ticket 88"
"""
NO_MOMENT = """\
---
status: accepted
date: 2026-01-02
decision-makers: [Ada]
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: moment}
    languages: [ts, js]
    message: Use date-fns.
    fail: import moment from "moment"
    pass: import { format } from "date-fns"
---
"""
USE_DATE_FNS = NO_MOMENT + madr("Use date-fns").partition("---\n")[2].partition("---\n")[2]
SESSIONS = nygard(1, "Keep sessions").replace("We do this.", "Sessions are kept in Redis for 30 days.")
STORE = nygard(1, "Store orders").replace("We do this.", "Orders are stored by shop/store.py.")
SHOP_PARTS = ("cart", "orders", "pay", "ship", "stock")
SHOP_GUIDE = "# Guide\n\n" + "".join(f"- `shop/{name}.py`\n" for name in SHOP_PARTS)
SHOP_CODE = "class Order: ...\n\n\nclass OrderStore: ...\n"
COMMAND = "\n\n@app.command()\ndef {}() -> None: ...\n"
SHOP_CLI = "import typer\n\napp = typer.Typer()\n" + "".join(map(COMMAND.format, ("add", "list", "remove")))
ROUTE = '\n\n@router.{}("{}")\ndef handle(): ...\n'
SHOP_ROUTES = 'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/orders")\n'
SHOP_ROUTES += ROUTE.format("get", "/") + ROUTE.format("post", "/") + ROUTE.format("delete", "/{order_id}")
REFUND = ROUTE.format("post", "/{order_id}/refund")
ORDERS_GUIDE = "# Orders\n\nThe calls are those of contracts/orders.yaml: `GET /orders` and `DELETE /orders/{id}`.\n"
ORDERS_SPEC = """\
# Orders

The interface is described in [the contract](../contracts/orders.yaml).

## Reading

`GET /orders` lists them, and GET /orders/{id} gives one.

## POST /orders

| Field | Type |
|---|---|
| items | list |
| remark | text |
| `total` | number |

## Cancelling

PUT /orders/{id} cancels one.
"""
EXPORT_SPEC = """\
# Export

## Acceptance criteria

- **AC-1**: An export of a closed month never changes.
- [ ] AC-2 An open month is refused.
- Amounts are in cents.
"""
EXPORT_TEST = "def test_ac_1_never_changes(): ...\n\n\ndef test_refused():  # AC-2\n    ...\n"
REWORDED = EXPORT_SPEC.replace("never changes", "changes at most once")
FORMAT = """\
export const pad = 1;
// moment is gone: import moment from "moment"
import "moment/locale/de";
"""
SPACES = "---\nglobs: web/**\nalwaysApply: false\n---\n\n# Web\n\n- Indent with spaces.\n"
SPEC_TEMPLATE = "# [FEATURE NAME]\n\n## Requirements *(mandatory)*\n\n## Success criteria *(mandatory)*\n"
INVOICES = "# Export of invoices\n\n## Requirements\n\nThe export {}.\n"
INTAKE = """\
service: intake
domain: health
endpoints:
  - {path: /patients, method: POST, output: {id: uuid}, audit: logged}
  - {path: /patients, method: GET, output: {id: uuid}, audit: logged}
  - {path: /visits, method: GET, output: {id: uuid}}
"""
GATE = """\
[check]
fail_on = "warning"

[[couple]]
name = "api"
when = ["src/api/**"]
require = ["contracts/**"]
"""
WEAKER = GATE.replace('fail_on = "warning"', 'fail_on = "error"').replace("src/api/**", "src/api/*.py")
NOT_YAML = """\
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders
    get:
      operationId: listOrders
"""
BROKEN = without("    delete:\n", "components:\n", changed(("                email: {type: string}\n", "")))
BROKEN = changed(("required: [items]", "required: [items, note]"), text=BROKEN)
DESCRIBE = "{Describe the context and problem statement, e.g., in two to three sentences.}"
UNFILLED = madr("Use date-fns").replace("We need one way to do it.", DESCRIBE)


def _package(dependencies: dict[str, str]) -> str:
    return json.dumps({"dependencies": dependencies}, indent=2) + "\n"


EXAMPLES = (
    Example(
        "authority",
        {"kb.toml": AUTHORITY, "infra/network.tf": "a\n", "infra/prod/main.tf": "a\n"},
        {"infra/network.tf": "b\n", "infra/prod/main.tf": "b\n"},
    ),
    Example("contract-breaking", {ORDERS_PATH: ORDERS}, {ORDERS_PATH: BROKEN}),
    Example("contract-invalid", {}, {ORDERS_PATH: NOT_YAML}),
    Example(
        "contract-invalid", {ORDERS_PATH: ORDERS}, {ORDERS_PATH: changed(("{description: It is cancelled}", "{}"))}
    ),
    Example(
        "contract-missing-operation",
        {ORDERS_PATH: ORDERS, "shop/orders.py": SHOP_ROUTES, "docs/orders.md": ORDERS_GUIDE},
        {
            "shop/orders.py": SHOP_ROUTES + REFUND,
            "docs/orders.md": f"{ORDERS_GUIDE}\n`PUT /orders/{{id}}` changes one.\n",
        },
    ),
    Example("couple", {"kb.toml": COUPLE, "src/api/orders.py": "a\n"}, {"src/api/orders.py": "b\n"}),
    Example(
        "decision-edited",
        {"docs/adr/0001-sessions.md": SESSIONS},
        {"docs/adr/0001-sessions.md": SESSIONS.replace("30 days", "90 days")},
    ),
    Example(
        "decision-number",
        {ADR: nygard(7, "Use date-fns")},
        {"docs/adr/0007-money-in-cents.md": nygard(7, "Money in cents")},
    ),
    Example("decision-placeholder", {}, {ADR: UNFILLED}),
    Example("decision-section", {}, {ADR: nygard(7, "Use date-fns").replace("We do this.\n", "")}),
    Example(
        "decision-stale-reference",
        {"docs/adr/0001-store.md": STORE, "shop/store.py": SHOP_CODE},
        {},
        moved={"shop/store.py": "shop/orders.py"},
    ),
    Example("decision-status", {}, {ADR: madr("Use date-fns", status="acceptd")}),
    Example(
        "decision-supersession",
        {"docs/adr/0002-errors-as-json.md": nygard(2, "Errors as JSON")},
        {
            "docs/adr/0005-problem-details.md": nygard(
                5, "Problem details", "Accepted\n\nSupersedes [2. Errors as JSON](0002-errors-as-json.md)"
            ),
            "docs/adr/0006-x.md": nygard(6, "X", "Superseded by [12. Y](0012-y.md)"),
        },
    ),
    Example(
        "decision-unsettled",
        {
            "docs/adr/0001-web.md": madr("Render on the server", status='proposed\nscope: ["web/**"]'),
            "web/app.js": "a\n",
        },
        {"web/app.js": "b\n"},
    ),
    Example(
        "dependency-banned",
        {"kb.toml": '[dependencies]\nbanned = { moment = "ADR-0007: use date-fns" }\n'},
        {"package.json": _package({"moment": "^2.30.0", "react": "^18.0.0"})},
    ),
    Example(
        "dependency-major",
        {
            "kb.toml": "[dependencies]\n",
            "package.json": _package(NEXT | ZOD),
        },
        {"package.json": _package(NEXT | {"next": "^15.0.0"} | ZOD)},
    ),
    Example(
        "dependency-new",
        {
            "kb.toml": '[dependencies]\nallow = ["pytest*"]\n',
            "package.json": _package(NEXT),
        },
        {"package.json": _package(NEXT | ZOD)},
    ),
    Example("gate-weakened", {"kb.toml": GATE, "src/api/v1/a.py": "a\n"}, {"kb.toml": WEAKER}),
    Example(
        "guide-link",
        {"docs/index.md": "# Docs\n\nSee [how](setup.md).\n", "docs/setup.md": "# Set up\n\nInstall it.\n"},
        {},
        moved={"docs/setup.md": "docs/install.md"},
    ),
    Example(
        "guide-missing",
        {"docs/cli.md": "# Commands\n\n`shop add`, `shop list` and `shop remove`.\n", "shop/cli.py": SHOP_CLI},
        {"shop/cli.py": SHOP_CLI + COMMAND.format("sync")},
    ),
    Example(
        "guide-stale-reference",
        {"docs/guide.md": "# Guide\n\n`OrderStore` holds them.\n", "shop/store.py": SHOP_CODE},
        {"shop/store.py": "class Order: ...\n"},
    ),
    Example(
        "guide-stale-reference",
        {"docs/guide.md": SHOP_GUIDE, **{f"shop/{name}.py": f"{name} = 1\n" for name in SHOP_PARTS}},
        {},
        moved={f"shop/{name}.py": f"store/{name}.py" for name in SHOP_PARTS},
    ),
    Example(
        "rule",
        {ADR: USE_DATE_FNS, "web/src/format.ts": "export const pad = 1;\n"},
        {"web/src/format.ts": FORMAT},
    ),
    Example("rule", {}, {ADR: USE_DATE_FNS.replace("forbid:", "forbids:")}),
    Example(
        "rule-contradiction",
        {"AGENTS.md": "# Rules\n\n- Indent with tabs.\n", "web/a.ts": "a\n"},
        {".cursor/rules/web.mdc": SPACES},
    ),
    Example("spec-contract-drift", {ORDERS_PATH: ORDERS}, {"specs/orders.md": ORDERS_SPEC}),
    Example(
        "spec-placeholder", {}, {"specs/001-export/spec.md": INVOICES.format("[NEEDS CLARIFICATION: which office?]")}
    ),
    Example(
        "spec-section",
        {"specs/template.md": SPEC_TEMPLATE},
        {"specs/001-export/spec.md": INVOICES.format("feeds the tax office")},
    ),
    Example("spec-section", {}, {"specs/intake.yaml": INTAKE}),
    Example(
        "spec-uncovered",
        {"specs/export.md": EXPORT_SPEC, "tests/test_export.py": EXPORT_TEST},
        {"specs/export.md": f"{EXPORT_SPEC}- AC-3: It is logged.\n"},
    ),
    Example(
        "spec-uncovered",
        {"specs/export.md": EXPORT_SPEC, "tests/test_export.py": EXPORT_TEST},
        {"specs/export.md": REWORDED, "tests/test_export.py": EXPORT_TEST.replace("never_changes", "changes_once")},
    ),
    Example(
        "waiver-expired",
        {"src/legacy/a.py": "a\n"},
        {"kb.toml": WAIVER.format(rule="couple", paths="src/legacy/**", until="2026-05-31")},
    ),
    Example("waiver-invalid", {}, {"src/api/client.py": "TIMEOUT = 30  # kb-" + "waive: couple until=2027-01-31\n"}),
    Example("waiver-unused", {}, {"kb.toml": WAIVER.format(rule="couple", paths="src/legacy/**", until="2027-01-31")}),
    Example(
        "waiver-unused",
        {
            ADR: madr("Use date-fns"),
            "kb.toml": WAIVER.format(rule="decision-status", paths="docs/adr/**", until="2027-01-31"),
        },
        {},
        everything=True,
    ),
)
