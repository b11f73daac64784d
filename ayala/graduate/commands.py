"""``ayala graduate …``: register people, find them, see all that is known of one."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ayala import record_codes
from ayala.dates import Span
from ayala.errors import AlreadyThere, LikelySame, WrongUsage
from ayala.graduate import personal_commands, reading
from ayala.graduate.choosing import GraduateArgument, the_graduate
from ayala.language.phrases import phrase
from ayala.office import Office
from ayala.options import (
    TODAY,
    AsOf,
    Format,
    Limit,
    On,
    Output,
    Quiet,
    Reason,
    Unmask,
    coded,
    completes,
    dated,
    named,
    noun_app,
    one_or_nobody,
    read_day,
    read_lines,
    read_name,
    read_secret,
    read_span,
    read_text,
    reads,
    reason_given,
    required,
    said,
    someone_is_there,
    the_office,
    unmasking,
    worded,
)
from ayala.output.emit import emit
from ayala.output.harmless import shortened
from ayala.output.saying import complain, give, say
from ayala.output.table import Table

app = noun_app("Graduates: who they are, their papers and contacts.")


def read_graduate(text: str) -> str:
    """The code of a graduate."""
    code = record_codes.read_code("graduate", text, date.min)
    if code is None:
        raise typer.BadParameter(
            phrase(
                "'{typed}' is not a code like {example}",
                typed=shortened(text),
                example=record_codes.code("graduate", 12),
            )
        )
    return code


Patronymic = Annotated[str | None, named("As in the papers; many have none.")]
LatinName = Annotated[str | None, named("As in the document, in Latin letters.")]
IinFile = Annotated[
    str | None,
    typer.Option(metavar="-|FILE", help="Read the IIN from stdin or a file.", show_default=False),
]
Iin = Annotated[
    str | None,
    typer.Option(metavar="IIN", help="The IIN; others can see it in the process list.", show_default=False),
]
PhoneFile = Annotated[
    str | None,
    typer.Option(metavar="-|FILE", help="Read the phone from stdin or a file.", show_default=False),
]
Phone = Annotated[
    str | None, typer.Option(metavar="PHONE", help="In any local spelling.", show_default=False)
]
Email = Annotated[str | None, worded("E-mail address.")]
Region = Annotated[str | None, coded("region", "The region, by code or name.", empty=True)]
Address = Annotated[str | None, worded("Where the person lives.")]
Institution = Annotated[str | None, worded("The children's home.")]
LeftCare = Annotated[date | None, dated("The day the person left care.", empty=True)]
CareStatus = Annotated[str | None, coded("care_status", "Orphan, or without parental care.", empty=True)]
Conscript = Annotated[
    int | None,
    typer.Option(min=0, max=60, metavar="N", help="Months of conscript service.", show_default=False),
]
Note = Annotated[
    str | None, typer.Option(parser=read_lines, metavar="TEXT", help="A note.", show_default=False)
]


@app.command()
def add(
    ctx: typer.Context,
    surname: Annotated[str | None, named("Surname.")] = None,
    given_name: Annotated[str | None, named("Given name.")] = None,
    born: Annotated[date | None, dated("The birth date.")] = None,
    sex: Annotated[str | None, coded("sex", "F or M.")] = None,
    patronymic: Patronymic = None,
    latin_name: LatinName = None,
    iin_file: IinFile = None,
    iin: Iin = None,
    phone: Phone = None,
    phone_file: PhoneFile = None,
    email: Email = None,
    region: Region = None,
    address: Address = None,
    institution: Institution = None,
    left_care: LeftCare = None,
    care_status: CareStatus = None,
    conscript_months: Conscript = None,
    on: On = TODAY,
    note: Note = None,
    not_same: Annotated[
        list[str] | None,
        typer.Option(
            parser=read_graduate,
            metavar="CODE",
            help="Not the same person as this one, though alike; once for each.",
            show_default=False,
        ),
    ] = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Register a graduate; prints the new code.

    Example: ayala graduate add --surname Әбдіров --given-name Ғани --born 1998-03-15 --sex M

    Somebody on record who is likely the same person is shown with the reasons, and asked about at a terminal.
    """
    office = the_office(ctx)
    given = required(
        surname=(surname, read_name),
        given_name=(given_name, read_name),
        birth_date=(born, read_day, "--born"),
        sex=(sex, reads("sex")),
    )
    given |= {
        "registered_on": on,
        "patronymic": patronymic or None,
        "latin_name": latin_name,
        "iin": _iin(iin, iin_file),
        "phone": phone or read_secret(phone_file, phrase("phone")),
        "email": email,
        "region": region,
        "address": address,
        "institution": institution,
        "left_care_on": left_care,
        "care_status": care_status,
        "conscript_months": conscript_months,
        "note": note,
    }
    apart = list(not_same or ())
    try:
        code = _added(office, given, apart, reason)
    except LikelySame as error:
        office.check_done()
        if not someone_is_there():
            raise
        _told_apart(office, error)
        code = _added(office, given, [*apart, *(other for other, _ in error.candidates)], reason)
    give(code)
    said(office)


def _added(office: Office, given: dict[str, Any], not_same: list[str], reason: str | None) -> str:
    for attempt in office.change("graduate add", reason=reason):
        with attempt as records:
            graduate = records.graduates.add(**given, not_same=not_same)
    return str(graduate.code)


def _told_apart(office: Office, error: LikelySame) -> None:
    """Ask whether somebody likely is the same person; come back only if nobody is.

    Raises :class:`AlreadyThere` for the record that was named.
    """
    complain(str(error))
    for code, description in error.candidates:
        complain(f"  {code}  {description}")
    same = one_or_nobody(
        phrase("the same person?"),
        [code for code, _ in error.candidates],
        lambda typed: record_codes.read_code("graduate", typed, office.today),
    )
    if same is not None:
        raise AlreadyThere(
            phrase("{code} is the same person: nobody is added", code=same), f"ayala graduate edit {same} …"
        )


def _iin(iin: str | None, iin_file: str | None) -> str | None:
    if iin is not None:
        if iin_file is not None:
            raise WrongUsage(phrase("--iin and --iin-file name the same thing twice"))
        say(
            phrase(
                "note: --iin shows the number in the process list and the shell's history; "
                "--iin-file - does not",
            )
        )
        return iin
    return read_secret(iin_file, phrase("IIN"))


@app.command()
def show(
    ctx: typer.Context,
    graduate: GraduateArgument,
    as_of: AsOf = None,
    unmask: Unmask = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Show all that is known of one graduate, on one screen.

    Example: ayala graduate show G-1042
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    shown = unmasking(office, f"graduate show {code}", unmask, reason)
    emit(reading.page(office.ask, code, as_of or office.today), format=format, output=output, unmask=shown)


@app.command("list")
def list_(
    ctx: typer.Context,
    region: Region = None,
    sex: Annotated[str | None, coded("sex", "F or M.")] = None,
    institution: Institution = None,
    born: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Born in the span.", show_default=False),
    ] = None,
    registered: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Registered in the span.", show_default=False),
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only those in the archive.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="With those in the archive.")] = False,
    as_of: AsOf = None,
    limit: Limit = None,
    unmask: Unmask = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List graduates by the Kazakh alphabet.

    Example: ayala graduate list --region 75 --format csv --output almaty.csv
    """
    office = the_office(ctx)
    if archived and everyone:
        raise WrongUsage(phrase("--archived and --all do not go together"))
    shown = unmasking(office, "graduate list", unmask, reason)
    table = reading.listed(
        office.ask,
        region=region,
        sex=sex,
        institution=institution,
        born=born,
        registered=registered,
        archived=None if everyone else archived,
        as_of=as_of or office.today,
        limit=limit,
    )
    emit(table, format=format, output=output, unmask=shown)


@app.command()
def find(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(parser=read_text, metavar="TEXT", help="A name, or part of one.")
    ] = None,
    region: Region = None,
    born: Annotated[
        Span | None,
        typer.Option(parser=read_span, metavar="SPAN", help="Born in the span.", show_default=False),
    ] = None,
    phone: Phone = None,
    limit: Limit = 20,
    unmask: Unmask = False,
    reason: Reason = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """Find graduates by a name that may be misspelt, the likest first.

    Example: ayala graduate find "Абдиров Гани" --region 75
    """
    from ayala.graduate.phones import BadPhone, read_phone

    office = the_office(ctx)
    if text is None and phone is None:
        raise WrongUsage(
            phrase("nothing to find: give a name or --phone"), 'ayala graduate find "Омаров Асет"'
        )
    try:
        number = read_phone(phone) if phone else None
    except BadPhone as error:
        raise WrongUsage(phrase("--phone: {problem}", problem=error)) from None
    shown = unmasking(office, "graduate find", unmask, reason)
    people = reading.find(office.ask, text or "", region=region, born=born, phone=number)
    emit(Table("graduates", reading.FOUND, people[:limit]), format=format, output=output, unmask=shown)


@app.command()
def alike(
    ctx: typer.Context,
    graduate: Annotated[
        str | None,
        typer.Argument(
            parser=read_text,
            metavar="[GRADUATE]",
            help="Only who is like this one: a code, an IIN or a name.",
            autocompletion=completes("graduate", "codes"),
        ),
    ] = None,
    region: Annotated[str | None, coded("region", "One of the two is of this region.")] = None,
    limit: Limit = None,
    format: Format = None,
    output: Output = None,
) -> None:
    """List records that are likely one person twice, the likeliest first.

    Example: ayala graduate alike --region 75 --limit 20

    A pair stays on the list until it is told apart (not-same), one of the two is corrected (edit) or one
    is put into the archive (close).
    """
    from ayala.graduate import pairs

    office = the_office(ctx)
    code = the_graduate(office, graduate) if graduate else None
    table = pairs.alike(office.ask, office.today, graduate=code, region=region, limit=limit)
    emit(table, format=format, output=output)
    if first := next(iter(table.rows), None):
        one, other = first["graduate"], first["other"]
        say(
            phrase(
                "the same person: ayala graduate edit {one} …, and then ayala graduate close "
                '{other} --reason "the same person as {one}"',
                one=one,
                other=other,
            )
        )
        say(phrase("two people: ayala graduate not-same {one} {other}", one=one, other=other))


@app.command("not-same")
def not_same(
    ctx: typer.Context,
    graduate: GraduateArgument,
    other: Annotated[
        str,
        typer.Argument(
            parser=read_text,
            metavar="OTHER",
            help="A code, an IIN or a name.",
            autocompletion=completes("graduate", "codes"),
        ),
    ],
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Remember that two records are two people; nobody is asked about them again.

    Example: ayala graduate not-same G-1042 G-1043 --reason "twins"
    """
    office = the_office(ctx)
    one, two = the_graduate(office, graduate), the_graduate(office, other)
    for attempt in office.change(f"graduate not-same {one} {two}", reason=reason):
        with attempt as records:
            records.graduates.not_same(one, two)
    say(phrase("{one} and {two} are two people", one=one, two=two))


@app.command()
def edit(
    ctx: typer.Context,
    graduate: GraduateArgument,
    surname: Annotated[str | None, named("Surname.")] = None,
    given_name: Annotated[str | None, named("Given name.")] = None,
    patronymic: Patronymic = None,
    latin_name: LatinName = None,
    born: Annotated[date | None, dated("The birth date.")] = None,
    sex: Annotated[str | None, coded("sex", "F or M.")] = None,
    iin_file: IinFile = None,
    iin: Iin = None,
    phone: Phone = None,
    phone_file: PhoneFile = None,
    email: Email = None,
    region: Region = None,
    address: Address = None,
    institution: Institution = None,
    left_care: LeftCare = None,
    care_status: CareStatus = None,
    conscript_months: Conscript = None,
    note: Note = None,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Change what is known of a graduate; --note "" and the like make a field empty.

    Example: ayala graduate edit G-1042 --phone "8 701 234 56 78" --address "Алматы, Жетісу-2"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    values = {
        "surname": surname,
        "given_name": given_name,
        "patronymic": patronymic,
        "latin_name": latin_name,
        "birth_date": born,
        "sex": sex,
        "iin": _iin(iin, iin_file),
        "phone": phone if phone is not None else read_secret(phone_file, phrase("phone")),
        "email": email,
        "region": region,
        "address": address,
        "institution": institution,
        "left_care_on": left_care,
        "care_status": care_status,
        "conscript_months": conscript_months,
        "note": note,
    }
    if all(value is None for value in values.values()):
        raise WrongUsage(phrase("nothing to change was given"), "ayala graduate edit --help")
    for attempt in office.change(f"graduate edit {code}", reason=reason):
        with attempt as records:
            records.graduates.edit(code, **values)
    say(phrase("changed {code}", code=code))
    said(office)


@app.command()
def close(
    ctx: typer.Context,
    graduate: GraduateArgument,
    on: On = TODAY,
    reason: Reason = None,
    quiet: Quiet = False,
) -> None:
    """Put a graduate's record into the archive; nothing is removed.

    Example: ayala graduate close G-1042 --reason "moved abroad"
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    why = reason_given(reason, phrase("archiving"))
    for attempt in office.change(f"graduate close {code}", reason=why):
        with attempt as records:
            records.graduates.close(code, on)
    say(phrase("{code} is in the archive", code=code))


@app.command()
def reopen(
    ctx: typer.Context, graduate: GraduateArgument, reason: Reason = None, quiet: Quiet = False
) -> None:
    """Take a graduate's record out of the archive.

    Example: ayala graduate reopen G-1042
    """
    office = the_office(ctx)
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate reopen {code}", reason=reason):
        with attempt as records:
            records.graduates.reopen(code)
    say(phrase("{code} is out of the archive", code=code))


@app.command()
def contact(
    ctx: typer.Context,
    graduate: GraduateArgument,
    reached: Annotated[bool, typer.Option("--reached", help="The person answered.")] = False,
    no_answer: Annotated[bool, typer.Option("--no-answer", help="Nobody answered.")] = False,
    channel: Annotated[str | None, coded("contact_channel", "How it was tried.")] = None,
    on: On = TODAY,
    note: Note = None,
    quiet: Quiet = False,
) -> None:
    """Note an attempt to reach a graduate.

    Example: ayala graduate contact G-1042 --reached --channel phone
    """
    office = the_office(ctx)
    if reached == no_answer:
        raise WrongUsage(phrase("say how it went: --reached or --no-answer"))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate contact {code}"):
        with attempt as records:
            records.graduates.add_contact(
                code, made_on=on, outcome="reached" if reached else "no_answer", channel=channel, note=note
            )
    say(phrase("noted for {code}", code=code))


@app.command()
def document(
    ctx: typer.Context,
    graduate: GraduateArgument,
    kind: Annotated[str | None, coded("document_kind", "The kind of paper.")] = None,
    number: Annotated[str | None, worded("Its number.")] = None,
    issued: Annotated[date | None, dated("The day of issue.")] = None,
    expires: Annotated[date | None, dated("The last day it holds.")] = None,
    note: Note = None,
    quiet: Quiet = False,
) -> None:
    """Note a paper that a graduate holds: kind, number and days; never a scan.

    Example: ayala graduate document G-1042 --kind identity_card --number 012345678 --expires 2031-05-04
    """
    office = the_office(ctx)
    given = required(kind=(kind, reads("document_kind")))
    code = the_graduate(office, graduate)
    for attempt in office.change(f"graduate document {code}"):
        with attempt as records:
            records.graduates.add_document(
                code, **given, number=number, issued_on=issued, expires_on=expires, note=note
            )
    say(phrase("noted for {code}", code=code))


app.add_typer(personal_commands.app)
