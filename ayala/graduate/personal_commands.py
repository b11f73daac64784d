"""Verbs of ``ayala graduate …`` on personal data: consents, blocks, transfers, terms, the person's own copy,
erasing. Law 94-V of 2013-05-21; what is kept and what goes stands in ``ayala/personal``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import NoSuchRecord, WrongUsage
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase, phrases
from ayala.office import Office
from ayala.options import (
    TODAY,
    AsOf,
    DryRun,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    Yes,
    coded,
    completes,
    dated,
    named,
    noun_app,
    read_lines,
    read_span,
    read_text,
    reads,
    reason_given,
    required,
    said,
    sure,
    the_office,
    worded,
)
from ayala.output.emit import SUFFIXES, emit, ready
from ayala.output.saying import say

app = noun_app("Personal data: consents, blocks, transfers, terms, erasing.")
consent_app = noun_app("What a person agreed to, and withdrawals.")
transfer_app = noun_app("The register of data passed on, sent abroad or published.")
app.add_typer(consent_app, name="consent")
app.add_typer(transfer_app, name="transfer")

Given = Annotated[date | None, dated("Which consent: the day it was given.")]
Long = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


def _yes_no(text: str) -> bool:
    """An answer typed at a terminal."""
    folded = text.strip().casefold()
    if folded in ("yes", "y", "да", "иә"):
        return True
    if folded in ("no", "n", "нет", "жоқ"):
        return False
    raise typer.BadParameter(phrase("yes or no"))


# --- consents --------------------------------------------------------------------------------------


@consent_app.command("add")
def consent_add(
    ctx: typer.Context,
    graduate: GraduateArgument,
    form: Annotated[str | None, coded("consent_form", "How it was given.")] = None,
    on: On = TODAY,
    until: Annotated[
        date | None, dated("The first day it holds no more; none: until the purposes are reached.")
    ] = None,
    operator: Annotated[str | None, named("Who collects: name; remembered.")] = None,
    operator_bin: Annotated[str | None, named("The operator's BIN, or a person's IIN; remembered.")] = None,
    third_parties: Annotated[
        bool | None, typer.Option("--third-parties/--no-third-parties", help="May be passed on.")
    ] = None,
    cross_border: Annotated[
        bool | None, typer.Option("--cross-border/--no-cross-border", help="May be sent abroad.")
    ] = None,
    public: Annotated[bool | None, typer.Option("--public/--no-public", help="May be published.")] = None,
    data: Annotated[str | None, worded("The list of data.")] = None,
    purpose: Annotated[str | None, worded("The purposes.")] = None,
    other: Annotated[str | None, worded("Whatever else was agreed.")] = None,
    representative: Annotated[str | None, named("The legal representative who gave it.")] = None,
    taken_by: Annotated[str | None, named("Who took it.  [default: the user]")] = None,
    proof: Annotated[str | None, worded("By what it can be shown, where there is no paper.")] = None,
    document: Annotated[str | None, worded("The paper: its number, or where it is kept.")] = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Record a consent with all that the law wants in it.

    Example: ayala graduate consent add G-1042 --form written --no-third-parties --document "№ 17"

    The elements are those of Law 94-V, art. 8(4). Operator and BIN are taken from the last consent on
    record where they are not given. By phone and orally only with --proof.
    """
    from ayala.personal import reading

    office = the_office(ctx)
    last_operator, last_bin = reading.last_operator(office.ask)
    given = required(
        form=(form, reads("consent_form")),
        operator=operator or last_operator,
        operator_bin=(operator_bin or last_bin, read_text, "--operator-bin"),
        third_parties=(third_parties, _yes_no, "--third-parties or --no-third-parties"),
        cross_border=(cross_border, _yes_no, "--cross-border or --no-cross-border"),
        public_sources=(public, _yes_no, "--public or --no-public"),
        data_list=(data, read_text, "--data"),
        purposes=(purpose, read_text, "--purpose"),
    )
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate consent add {code}", reason=reason):
        with attempt as records:
            records.personal.consent(
                code,
                given_on=on,
                until=until,
                **given,
                other_terms=other,
                representative=representative,
                taken_by=taken_by or office.author,
                proof=proof,
                document=document,
            )
    say(phrase("noted for {code}", code=code))
    said(office)


@consent_app.command("list")
def consent_list(
    ctx: typer.Context,
    graduate: Annotated[
        str | None,
        typer.Argument(
            parser=read_text,
            metavar="[GRADUATE]",
            help="One person's, with all they hold.",
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    state: Annotated[str | None, coded("consent_state", "Only those that stand so.")] = None,
    as_of: AsOf = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List consents as they stand: valid, expired or withdrawn.

    Example: ayala graduate consent list --state withdrawn

    The answer to a withdrawal is due in 15 working days (art. 8(7)), counted Monday to Friday without
    public holidays.
    """
    from ayala.personal import reading

    office = the_office(ctx)
    code = the_graduate(office, graduate) if graduate else None
    table = reading.consents(office.ask, graduate=code, state=state, as_of=as_of or office.today, limit=limit)
    emit(table, format=format, output=output, everyone=code is not None)


@consent_app.command("withdraw")
def consent_withdraw(
    ctx: typer.Context,
    graduate: GraduateArgument,
    form: Annotated[str | None, coded("consent_form", "How it was withdrawn.")] = None,
    given: Given = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Record that a person withdrew a consent; nothing else changes.

    Example: ayala graduate consent withdraw G-1042 --form written --reason "moves abroad"
    """
    from ayala.personal.terms import term

    office = the_office(ctx)
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate consent withdraw {code}", reason=reason):
        with attempt as records:
            records.personal.withdraw(code, on=on, form=form, reason=reason, given=given)
    answer = term("withdrawal_answer", on)
    say(
        phrases(
            "{code} has withdrawn; the answer is due in {n} working day from {day}: by "
            "{last}, counted Monday to Friday without public holidays",
            "{code} has withdrawn; the answer is due in {n} working days from {day}: by "
            "{last}, counted Monday to Friday without public holidays",
            answer.value,
            code=code,
            day=on,
            last=answer.end(on),
        )
    )
    say(phrase("try: {hint}", hint=f'ayala graduate consent answer {code} --stopped | --refused --text "…"'))
    said(office)


@consent_app.command("answer")
def consent_answer(
    ctx: typer.Context,
    graduate: GraduateArgument,
    stopped: Annotated[bool, typer.Option("--stopped", help="The data are used no more.")] = False,
    refused: Annotated[bool, typer.Option("--refused", help="Refused; --text gives the reasons.")] = False,
    text: Annotated[str | None, worded("What was answered.")] = None,
    given: Given = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Record the answer to a withdrawal: stopped, or refused with reasons.

    Example: ayala graduate consent answer G-1042 --stopped
    """
    office = the_office(ctx)
    if stopped == refused:
        raise WrongUsage(phrase("say how it was answered: --stopped or --refused"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate consent answer {code}", reason=reason):
        with attempt as records:
            records.personal.answer(
                code, on=on, answer="stopped" if stopped else "refused", text=text, given=given
            )
    say(phrase("noted for {code}", code=code))
    said(office)
    if stopped:
        say(
            phrase(
                'try: ayala graduate block {code} --reason "…", or ayala graduate erase {code} …',
                code=code,
            )
        )


# --- blocks ----------------------------------------------------------------------------------------


@app.command()
def block(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Stop the use of a person's data for a time.

    Example: ayala graduate block G-1042 --reason "says that the data were collected against the law"

    Lists and pages then show the code only, the record is not changed, exports leave the person
    out. Appeals go on.
    """
    office = the_office(ctx)
    why = reason_given(reason, phrase("blocking"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate block {code}", reason=why):
        with attempt as records:
            records.personal.block(code, on=on, reason=why)
    say(phrase("{code} is blocked from {day}", code=code, day=on))


@app.command()
def unblock(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Let a person's data be used again.

    Example: ayala graduate unblock G-1042 --reason "the complaint was not confirmed"
    """
    office = the_office(ctx)
    why = reason_given(reason, phrase("unblocking"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate unblock {code}", reason=why):
        with attempt as records:
            records.personal.unblock(code, on=on, reason=why)
    say(phrase("{code} is blocked no more", code=code))


# --- the register of transfers -----------------------------------------------------------------------


@transfer_app.command("add")
def transfer_add(
    ctx: typer.Context,
    graduates: Annotated[
        list[str] | None,
        typer.Argument(
            parser=read_text,
            metavar="[GRADUATE]...",
            help="Whose data; nobody: a list of people, told by --people.",
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    kind: Annotated[str | None, coded("transfer_kind", "Passed on, sent abroad or published.")] = None,
    to: Annotated[str | None, named("To whom, or where it was published.")] = None,
    purpose: Annotated[str | None, worded("For what.")] = None,
    data: Annotated[str | None, worded("The list of data.")] = None,
    basis: Annotated[str | None, coded("transfer_basis", "What allows it.")] = None,
    people: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Of how many people.", show_default=False)
    ] = None,
    document: Annotated[str | None, worded("The letter or the contract.")] = None,
    notified: Annotated[date | None, dated("The day the person was told.")] = None,
    note: Long = None,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Enter that personal data were passed on, sent abroad or published.

    Example: ayala graduate transfer add G-7 --kind passed --to "Әкімдік" --purpose housing --data name
    """
    office = the_office(ctx)
    if graduates and people:
        raise WrongUsage(phrase("the people are named; --people is for those who are not"))
    given = required(
        kind=(kind, reads("transfer_kind")),
        to_whom=(to, read_text, "--to"),
        purpose=purpose,
        data_list=(data, read_text, "--data"),
        basis=(basis, reads("transfer_basis")),
    )
    if not graduates and not people:
        raise WrongUsage(phrase("whose data: name the graduates, or --people N"))
    codes = list(dict.fromkeys(the_graduate(office, text) for text in graduates or ()))
    label = "graduate transfer add" + "".join(f" {code}" for code in codes)
    for attempt in office.change(label, reason=reason):
        with attempt as records:
            records.personal.transfer(
                codes,
                made_on=on,
                **given,
                people=people or 1,
                document=document,
                notified_on=notified,
                note=note,
            )
    say(
        phrase("noted for {code}", code=", ".join(codes))
        if codes
        else phrases("noted for {n} person", "noted for {n} people", people or 1)
    )
    said(office)


@transfer_app.command("list")
def transfer_list(
    ctx: typer.Context,
    made: Annotated[
        Span | None,
        typer.Argument(
            parser=read_span, metavar="[SPAN]", help="Made in the span.", show_default="all on record"
        ),
    ] = None,
    kind: Annotated[str | None, coded("transfer_kind", "Only of that kind.")] = None,
    graduate: Annotated[
        str | None,
        typer.Option(
            parser=read_text,
            metavar="GRADUATE",
            help="Of one person.",
            show_default=False,
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show the register of transfers.

    Example: ayala graduate transfer list 2026 --format csv --output transfers.csv
    """
    from ayala.personal import reading

    office = the_office(ctx)
    code = the_graduate(office, graduate) if graduate else None
    table = reading.transfers(office.ask, graduate=code, kind=kind, made=made, limit=limit)
    emit(table, format=format, output=output, everyone=True)


# --- terms, the person's own copy, erasing -----------------------------------------------------------


@app.command()
def retention(
    ctx: typer.Context,
    as_of: AsOf = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List records whose term is over, each with its source and a next step.

    Example: ayala graduate retention

    Nothing acts by itself: a person decides. Terms that no law found fixes are marked as proposals.
    """
    from ayala.personal import reading

    office = the_office(ctx)
    emit(reading.over(office.ask, as_of or office.today), format=format, output=output)


@app.command("export-subject")
def export_subject(
    ctx: typer.Context,
    graduate: GraduateArgument,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
    quiet: Quiet = False,
) -> None:
    """Write all that is held on one person, for the person.

    Example: ayala graduate export-subject G-1042 --output G-1042.json --reason "asked in writing"

    Every record with full values, and the entries of the history that touched them. JSON, unless
    --format or the file's name says otherwise. That it was written is recorded.
    """
    from ayala.personal import reading

    office = the_office(ctx)
    chosen = format
    if chosen is None and Path(output or "-").suffix.lower() not in SUFFIXES:
        chosen = "json"
    ready(format=chosen, output=output)
    why = reason_given(reason, "export-subject")
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate export-subject {code}", reason=why):
        with attempt as records:
            records.writing.recorded_always = True
    emit(reading.subject(office.ask, code), format=chosen, output=output, unmask=True, everyone=True)


@app.command()
def erase(
    ctx: typer.Context,
    whom: Annotated[
        str,
        typer.Argument(
            parser=read_text,
            metavar="GRADUATE|APPEAL|SESSION",
            help="A graduate; or the appeal of a caller, or with --guest a session.",
            autocompletion=completes("graduate", "codes"),
        ),
    ],
    guest: Annotated[str | None, named("The guest on the list of the session.")] = None,
    basis: Annotated[str | None, coded("erasure_basis", "Why the law wants it.")] = None,
    on: On = TODAY,
    dry_run: DryRun = False,
    yes: Yes = False,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Destroy a person's data for ever, in the records and in their history.

    Example: ayala graduate erase G-1042 --basis consent_withdrawn --reason "application № 9" --yes

    Names, numbers, papers and texts go; the code, the sex, the region, the year of birth and all that
    is counted stay. It cannot be undone. A caller who is not on record goes by the appeal, a guest by
    the session.
    """
    office = the_office(ctx)
    if on > office.today:
        raise WrongUsage(phrase("{day} is still to come", day=on))
    what, code = _whom(office, whom, guest)
    why = reason_given(reason, phrase("erasing"))
    if not dry_run:
        sure(phrase("destroy the personal data of {whom} for ever?", whom=_named(what, code)), yes)
    for attempt in office.change(f"graduate erase {code}", reason=why, dry_run=dry_run):
        with attempt as records:
            erasing = records.personal.erasing
            erasing.reason = why
            if what == "undone":
                done = erasing.undone(code, office.history_key)
            elif what == "graduate":
                done = erasing.graduate(code, office.history_key, on=on, basis=basis or "other")
            elif what == "caller":
                done = erasing.caller(code, office.history_key)
            else:
                done = erasing.guest(code, str(guest), office.history_key)
    said(office)
    counted = ", ".join(
        (
            phrases("{n} record", "{n} records", done.rows),
            phrases("{n} image in the history", "{n} images in the history", done.images),
            phrases("{n} reason", "{n} reasons", done.reasons),
        )
    )
    if dry_run:
        say(phrase("would erase {whom}: {counted}", whom=_named(what, code), counted=counted))
        say(phrase("dry run: nothing was changed"))
        return
    say(phrase("erased {whom}: {counted}", whom=_named(what, code), counted=counted))
    _sweep(office)
    say(
        phrase(
            "backups, exports and reports made before still hold the person: destroy them as well",
        )
    )


def _whom(office: Office, text: str, guest: str | None) -> tuple[str, str]:
    """What is erased, and the code it goes by."""
    if guest is not None:
        from ayala.service import reading

        return "guest", reading.one(office.ask, "session", text, office.today)
    if text.strip()[:2] in ("A-", "a-", "А-", "а-") and any(char.isdigit() for char in text):
        code = record_codes.read_code("appeal", text, office.today)
        if code is not None:
            return "caller", code
    try:
        return "graduate", the_graduate(office, text)
    except NoSuchRecord:
        # Somebody whose entry was taken back is in the history all the same.
        code = record_codes.read_code("graduate", text, office.today)
        if code is None:
            raise
        return "undone", code


def _named(what: str, code: str) -> str:
    """Who is erased, as a sentence names them."""
    if what == "caller":
        return phrase("the caller of {code}", code=code)
    if what == "guest":
        return phrase("the guest of {code}", code=code)
    return code


def _sweep(office: Office) -> None:
    """See to it that no file beside the database holds the person."""
    if office.address.path is None:
        say(
            phrase(
                "the server's files hold the old rows until VACUUM FULL, its archived logs "
                "while they are kept",
            )
        )
    elif not office.empty_the_wal():
        say(phrase("another command is reading: the old pages leave the -wal file when it ends"))
