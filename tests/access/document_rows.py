"""The endpoints of documents and who may use them; see `tests.access.table`."""

from __future__ import annotations

DOCUMENTS: dict[str, str] = {
    "public.check_document": "open",
    "public.look_at_document": "open",
    "portal.documents": "own",
    "portal.documents_widget": "own",
    "portal.documents_set": "theirs",
    "portal.document": "own, none there",
    "portal.document_file": "own, none there",
    "portal.sign_document": "own, none there",
    "portal.decline_document": "own, none there",
    "portal.letter": "own, none there",
    "office.documents": "the part",
    "office.new_document": "the part, none there",
    "office.create_document": "the part, none there",
    "office.keep_paper": "the part",
    "office.document": "the part, none there",
    "office.document_file": "the part, none there",
    "office.send_document": "the part, none there",
    "office.void_document": "the part, none there",
    "office.sign_for_business": "the part, none there",
    "office.decline_for_business": "the part, none there",
    "office.document_templates": "admin",
    "office.new_document_template": "admin",
    "office.create_document_template": "admin",
    "office.document_template": "admin, none there",
    "office.change_document_template": "admin, none there",
    "office.retire_document_template": "admin, none there",
}
