"""Packs with receipts: each names what it gave, and leaves out what its reader has by an earlier one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctxkb.budget.pack import pack, stamped, worth
from ctxkb.catalog.receipts import WIDEST, Given, Receipt
from ctxkb.errors import StoreError
from ctxkb.knowledge.since import Comparison, content_hash, shown
from ctxkb.types import Unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.budget.pack import Format, Order
    from ctxkb.catalog.read import Catalog
    from ctxkb.retrieve.library import Library
    from ctxkb.types import Pack

UNKNOWN = "The receipt in `have` is not known here (any more): this is the whole answer."
UNREADABLE = "Receipts cannot be read, so this is the whole answer: kb doctor tells more."
LOST = "This answer has no receipt: it could not be stored."


@dataclass(frozen=True, slots=True)
class Counter:
    """Hands out packs of one form and size, made from one state of the documents.

    Where `record` is false receipts are named, but not stored.
    """

    catalog: Catalog
    library: Library
    budget: int
    form: Format
    record: bool = True

    def give(self, order: Order, have: str = "", kinds: Sequence[str] = ()) -> Pack:
        """The pack for `order` under a receipt of its own; with `have` only what is new, changed or withdrawn since."""
        order = replace(order, receipt=WIDEST)
        earlier, note = self._recalled(have)
        if note:
            order = replace(order, notes=(*order.notes, note))
        full = pack(order, self.budget, self.form)
        if earlier is None:
            return self._signed(order, full, _receipt(self.library, order, full))
        compared = Comparison(self.catalog, self.library, earlier, order.paths, tuple(kinds))
        news = compared.news(order.hits, full.items)
        known = Unchanged(have.strip(), len(news.known), worth(news.known, self.form))
        rest = replace(order, hits=news.hits, unchanged=known, withdrawn=news.withdrawn)
        packed = pack(rest, self.budget, self.form)
        return self._signed(rest, packed, _continued(compared, _receipt(self.library, order, packed), packed))

    def _recalled(self, have: str) -> tuple[Receipt | None, str]:
        """The receipt that the reader named, and what to tell where it is not to be had."""
        if not have.strip():
            return None, ""
        try:
            earlier = self.catalog.receipts.recall(have.strip())
        except StoreError:
            return None, UNREADABLE
        return earlier, "" if earlier else UNKNOWN

    def _signed(self, order: Order, packed: Pack, receipt: Receipt) -> Pack:
        """The pack under its receipt, once that is stored; without one, saying so, where it cannot be."""
        if not packed.receipt:
            return packed
        try:
            if self.record:
                self.catalog.receipts.keep(receipt, datetime.now(UTC))
        except StoreError:
            return pack(replace(order, receipt="", notes=(*order.notes, LOST)), self.budget, self.form)
        return stamped(packed, receipt.name, self.form)


def _receipt(library: Library, order: Order, packed: Pack) -> Receipt:
    """What a pack gave, and what binds but is not in it."""
    included = {
        item.hit.unit.id: Given(
            content_hash(library, item.hit.unit),
            shown(item),
            item.hit.binding,
            library.holds(item.hit.unit.document),
        )
        for item in packed.items
    }
    left_out = {
        hit.unit.id: content_hash(library, hit.unit)
        for hit in order.hits
        if hit.binding and hit.unit.id not in included
    }
    return Receipt(library.state, order.paths, included, left_out)


def _continued(compared: Comparison, new: Receipt, packed: Pack) -> Receipt:
    """The receipt of an answer whose reader keeps what an earlier one gave: what was told as withdrawn is not in it.

    What changed and found no room stays in it as it was given, so that it counts as changed the next time too.
    """
    library, earlier = compared.library, compared.earlier
    rows = compared.rows()
    told = {key for withdrawn in packed.withdrawn for key in withdrawn.ids}
    unsaid = compared.gone(rows).keys() - told
    kept = {key: given for key, given in earlier.included.items() if key not in told}
    paths = tuple(dict.fromkeys((*earlier.paths, *new.paths)))
    documents = {key: row.unit.document for key, row in rows.items() if key not in unsaid}
    documents |= {item.hit.unit.id: item.hit.unit.document for item in packed.items}
    included = {**kept, **new.included}
    for key, document in documents.items():
        if key in included and included[key].binding:
            binding = library.binds_on(library.documents[document], paths)
            included[key] = replace(included[key], binding=binding)
    left_out = {key: old for key, old in {**new.left_out, **earlier.left_out}.items() if key not in included}
    return Receipt(new.state, paths, included, left_out)
