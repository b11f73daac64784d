"""The names of what guards the records inside the database, for who asks whether they still stand.

Only names: their text is in ``invariants``, which needs SQLAlchemy and is for making a database. A test
holds both together.
"""

from __future__ import annotations

PARTIAL_INDEXES = (
    "ix_appeal_open",
    "ix_graduate_without_iin",
    "uq_block_now",
    "uq_pilot_enrolment_now",
    "uq_stay_bed_now",
    "uq_stay_graduate_now",
)

SQLITE = (
    *PARTIAL_INDEXES,
    "stay_bed_insert",
    "stay_bed_update",
    "stay_graduate_insert",
    "stay_graduate_update",
    "uq_apartment_graduate_id_granted_on_insert",
    "uq_apartment_graduate_id_granted_on_update",
    "uq_graduate_iin_insert",
    "uq_graduate_iin_update",
)

POSTGRESQL = (*PARTIAL_INDEXES, "stay_bed_overlap", "stay_graduate_overlap")
