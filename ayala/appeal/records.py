"""The rules of the register of appeals: entering, steps from status to status, answering.

Every step is a dated event with its author and reason. Nothing ends here without a decision or a
reason, and a refusal names its ground and its document (Administrative Procedural and
Process-related Code № 350-VI, in force since 2021-07-01, art. 76; complaints against it: art. 91).
How many days a step may take is data of the rules: what came late, or goes beyond them, is noticed and never
refused. The clock stands in ``ayala.rules.clock``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import func
from sqlmodel import col, select

from ayala import record_codes
from ayala.appeal.register import counter, written_code
from ayala.appeal.steps import STEPS, possible
from ayala.errors import AlreadyThere, MissingValue, NoSuchRecord, NotNow, RuleBroken, WrongUsage
from ayala.graduate.phones import BadPhone, read_phone
from ayala.language.catalogue import word
from ayala.language.phrases import phrase, phrases
from ayala.rules import book
from ayala.rules.book import Rule
from ayala.rules.calendar import Calendar
from ayala.rules.clock import Facts, answer_due, facts_of, start_of, term_end
from ayala.storage.tables import Appeal, AppealEvent, AppealTopic, CalendarDay

if TYPE_CHECKING:
    from ayala.office import Records

ANSWER = ("decision", "answered_on", "ground", "document")
"""What an answer leaves in the appeal."""


class Appeals:
    """Appeals inside one change."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.writing = records.writing
        self.session = records.writing.session

    def get(self, code: str) -> Appeal:
        """The appeal of that code, held against others until the end of the change.

        Raises :class:`NoSuchRecord`.
        """
        wanted = select(Appeal).where(Appeal.code == code).with_for_update()
        appeal = self.session.exec(wanted).one_or_none()
        if appeal is None:
            raise NoSuchRecord(phrase("there is no appeal {code}", code=code), "ayala appeal list")
        return appeal

    def add(
        self,
        *,
        topics: list[str],
        channel: str | None,
        received_on: date,
        registered_on: date | None = None,
        graduate: str | None = None,
        caller: str | None = None,
        caller_phone: str | None = None,
        number: str | None = None,
        region: str | None = None,
        **rest: Any,
    ) -> Appeal:
        """Enter an appeal of a graduate, or of a caller who is not on record yet.

        ``topics``: the main one first. It is registered on the day it came unless said otherwise,
        in the register of the year it came; its region is the person's on that day. ``rest`` are
        further columns. Raises :class:`WrongUsage` for a day in the future, a phone that cannot be,
        an outside number that looks like a register code, :class:`AlreadyThere` for one on record.
        """
        self._check_not_future(received_on)
        person = self.records.graduates.get(graduate) if graduate else None
        if person is not None and person.archived_on is not None:
            self.writing.note(
                phrase("{code} is in the archive since {day}", code=person.code, day=person.archived_on)
            )
        year = received_on.year
        appeal = Appeal(
            code=record_codes.appeal_code(year, self.writing.draw(counter(year))),
            number=self._outside_number(number),
            graduate_id=person.id if person else None,
            caller=_caller(caller),
            caller_phone=_phone(caller_phone),
            topic=topics[0],
            channel=channel,
            received_on=received_on,
            registered_on=registered_on or received_on,
            region=region or (person.region if person else None),
            **rest,
        )
        self.session.add(appeal)
        self.session.flush()
        self._set_topics(appeal, topics)
        self._event(appeal, "registered", appeal.registered_on)
        self.session.flush()
        return appeal

    def edit(self, code: str, *, topics: list[str] | None = None, **values: Any) -> Appeal:
        """Change what is given; ``None`` means: leave as it is, ``""``: make empty.

        No status moves here, whoever is assigned. Raises what :meth:`add` raises.
        """
        appeal = self.get(code)
        if values.get("number"):
            values["number"] = self._outside_number(values["number"], besides=appeal)
        if values.get("caller_phone"):
            values["caller_phone"] = _phone(values["caller_phone"])
        _caller(values.get("caller"))
        if values.get("caller") == "" and appeal.graduate_id is None:
            raise WrongUsage(phrase("{code} has nobody but its caller: identify the person first", code=code))
        for name, value in values.items():
            if value is not None:
                setattr(appeal, name, None if value == "" else value)
        if topics:
            appeal.topic = topics[0]
            self._set_topics(appeal, topics)
        return appeal

    # --- steps -----------------------------------------------------------------------------------

    def start(self, code: str, on: date, *, assignee: str | None = None, reason: str | None = None) -> Appeal:
        """Somebody begins to look into it."""
        return self._step("start", code, on, reason, {"assignee": assignee} if assignee else {})

    def pause(self, code: str, on: date, *, reason: str | None) -> Appeal:
        """Wait for something that is not in the office's hands."""
        return self._step("pause", code, on, reason)

    def resume(self, code: str, on: date, *, reason: str | None = None) -> Appeal:
        """Go on after a pause. Raises :class:`WrongUsage` for a day before the pause."""
        appeal = self.get(code)
        paused_on = self.session.execute(
            select(func.max(AppealEvent.happened_on)).where(
                AppealEvent.appeal_id == appeal.id, AppealEvent.event == "paused"
            )
        ).scalar_one()
        if appeal.status == "paused" and paused_on is not None and on < paused_on:
            raise WrongUsage(
                phrase(
                    "{code} is paused since {start}; it cannot be resumed on {day}",
                    code=code,
                    start=paused_on,
                    day=on,
                )
            )
        return self._step("resume", code, on, reason)

    def extend(self, code: str, on: date, *, until: date | None, reason: str) -> Appeal:
        """Take more time, up to and including a day, for a reason; without a day the most that the rule
        allows.

        A day beyond that is noticed, and by when the person has to be told. Raises
        :class:`MissingValue` if no rule gives a day, and none is given.
        """
        appeal = self.get(code)
        rule = self._rule("appeal_extension", appeal)
        without = replace(self._facts(appeal), extension=None)
        due = answer_due(without, book.current(), self.calendar).day
        most = self._longest(rule, on, due)
        last = until or most
        if last is None:
            raise MissingValue(
                phrase("no rule says until when {code} may be extended: --until is missing", code=code)
            )
        if last <= on:
            raise WrongUsage(
                phrase("an extension until {last} ends before it begins ({day})", last=last, day=on)
            )
        changes = {"extended_until": last}
        self._step("extend", code, on, reason, changes, until=last, rule=rule.id if rule else None)
        if rule and most and last > most:
            self.writing.note(
                phrase(
                    "{code}: {last} is beyond what the law allows: at most {most} ({source})",
                    code=code,
                    last=last,
                    most=most,
                    source=rule.source,
                )
            )
        if due and last < due:
            self.writing.note(
                phrase(
                    "{code}: {last} is before its last day without extending, {due}",
                    code=code,
                    last=last,
                    due=due,
                )
            )
        self._notice_telling(appeal, "extension_notice", "extension", on)
        return appeal

    def redirect(self, code: str, on: date, *, to_whom: str, reason: str | None = None) -> Appeal:
        """Send it on to the body that may decide it. That it came late is noticed, and by when the person
        has to be told."""
        appeal = self.get(code)
        rule = self._rule("redirect", appeal)
        self._step(
            "redirect",
            code,
            on,
            reason,
            {"redirected_to": to_whom},
            to_whom=to_whom,
            rule=rule.id if rule else None,
        )
        if rule:
            last = term_end(rule, start_of(rule, self._facts(appeal)), self.calendar)
            if on > last:
                self.writing.note(
                    phrase(
                        "{code} was to be sent on by {last} ({source})",
                        code=code,
                        last=last,
                        source=rule.source,
                    )
                )
        self._notice_telling(appeal, "redirect_notice", "redirect", on)
        return appeal

    def notify(self, code: str, on: date, *, of: str, reason: str | None = None) -> Appeal:
        """The person was told of an extension, or of where the appeal was sent (``of``: ``extension`` or
        ``redirect``). That it came late is noticed. Raises :class:`NotNow` if there was none.
        """
        appeal = self.get(code)
        self._check_day(appeal, on)
        what = {"extension": "extended", "redirect": "redirected"}[of]
        done_on = self.session.execute(
            select(func.max(AppealEvent.happened_on)).where(
                AppealEvent.appeal_id == appeal.id, AppealEvent.event == what
            )
        ).scalar_one()
        if done_on is None:
            never = (
                phrase("{code} was not extended here", code=code)
                if of == "extension"
                else phrase("{code} was not redirected here", code=code)
            )
            raise NotNow(never, f"ayala appeal show {code}")
        if on < done_on:
            raise WrongUsage(_too_early_to_tell(of, code, done_on, on))
        rule = self._rule(f"{of}_notice", appeal)
        self._event(appeal, "notified", on, reason=reason, to_whom=of, rule=rule.id if rule else None)
        if rule and on > (last := term_end(rule, done_on, self.calendar)):
            self.writing.note(
                phrase(
                    "{code}: the person was to be told by {last} ({source})",
                    code=code,
                    last=last,
                    source=rule.source,
                )
            )
        return appeal

    def answer(
        self,
        code: str,
        on: date,
        *,
        decision: str,
        ground: str | None = None,
        document: str | None = None,
    ) -> Appeal:
        """Answer with a decision. Raises :class:`RuleBroken` for a refusal without its ground and
        its document: the person has to know what to complain against."""
        self._check_possible("answer", self.get(code))
        if decision == "refused":
            missing = [
                f"--{name}" for name, value in (("ground", ground), ("document", document)) if not value
            ]
            if missing:
                options = missing[0]
                if len(missing) > 1:
                    options = phrase("{one} and {other}", one=missing[0], other=missing[1])
                raise RuleBroken(
                    phrases(
                        "a refusal needs its ground and its document: {options} is missing",
                        "a refusal needs its ground and its document: {options} are missing",
                        len(missing),
                        options=options,
                    ),
                    f'ayala appeal answer {code} --decision refused --ground "…" --document "№ …"',
                )
        # The event keeps the decision even if the answer is taken back.
        told = f"{decision}: {ground}" if ground else decision
        given = {"decision": decision, "answered_on": on, "ground": ground, "document": document}
        appeal = self.get(code)
        by = answer_due(self._facts(appeal), book.current(), self.calendar).last_rule
        self._step("answer", code, on, told, given, rule=by.id if by else None)
        if decision == "refused" and (rule := self._rule("complaint", appeal)):
            last = term_end(rule, on, self.calendar)
            self.writing.note(
                phrase(
                    "{code}: the person may complain until {last} ({source})",
                    code=code,
                    last=last,
                    source=rule.source,
                )
            )
        return appeal

    def withdraw(self, code: str, on: date, *, reason: str | None) -> Appeal:
        """The person asks no more."""
        return self._step("withdraw", code, on, reason)

    def close(self, code: str, on: date, *, reason: str) -> Appeal:
        """End it without an answer."""
        return self._step("close", code, on, reason)

    def reopen(self, code: str, on: date, *, reason: str) -> Appeal:
        """Take a mistaken end back; what it left in the appeal goes, the events stay."""
        return self._step("reopen", code, on, reason, dict.fromkeys((*ANSWER, "redirected_to")))

    def identify(self, code: str, graduate: str, on: date, *, reason: str | None = None) -> Appeal:
        """Say who the caller was; what the caller said of himself stays.

        Raises :class:`NotNow` if the appeal has a person.
        """
        appeal = self.get(code)
        if appeal.graduate_id is not None:
            raise NotNow(phrase("{code} has a person already", code=code), f"ayala appeal show {code}")
        self._check_day(appeal, on)
        person = self.records.graduates.get(graduate)
        appeal.graduate_id = person.id
        appeal.region = appeal.region or person.region
        self._event(appeal, "identified", on, reason=reason, to_whom=person.code)
        return appeal

    def _step(
        self,
        verb: str,
        code: str,
        on: date,
        reason: str | None,
        changes: Mapping[str, Any] = MappingProxyType({}),
        *,
        to_whom: str | None = None,
        until: date | None = None,
        rule: str | None = None,
    ) -> Appeal:
        appeal = self.get(code)
        self._check_possible(verb, appeal)
        self._check_day(appeal, on)
        step = STEPS[verb]
        appeal.status = step.leads_to or appeal.status
        for name, value in changes.items():
            setattr(appeal, name, value)
        self._event(appeal, step.event, on, reason=reason, to_whom=to_whom, until=until, rule=rule)
        return appeal

    # --- the clock -------------------------------------------------------------------------------

    @cached_property
    def calendar(self) -> Calendar:
        """Days of work and of rest, as this change sees them."""
        own = self.session.exec(select(CalendarDay))
        return Calendar({row.day: (row.working, row.reason) for row in own})

    def _rule(self, what: str, appeal: Appeal) -> Rule | None:
        """The row of the rulebook for an appeal."""
        return book.current().for_appeal(what, appeal.received_on, appeal.registered_on, appeal.kind)

    def _facts(self, appeal: Appeal) -> Facts:
        events = self.session.exec(
            select(AppealEvent)
            .where(AppealEvent.appeal_id == appeal.id)
            .order_by(col(AppealEvent.happened_on), col(AppealEvent.id))
        )
        return facts_of(appeal.model_dump(), [event.model_dump() for event in events])

    def _longest(self, rule: Rule | None, on: date, due: date | None) -> date | None:
        """The last day that an extension decided upon on a day may have; ``due`` is the one without it."""
        start = on if rule and rule.counted_from == "extended_on" else due
        return term_end(rule, start, self.calendar) if rule and start else None

    def _notice_telling(self, appeal: Appeal, what: str, of: str, on: date) -> None:
        """Note by when the person has to be told, and how that is put on record."""
        if rule := self._rule(what, appeal):
            last = term_end(rule, on, self.calendar)
            self.writing.note(
                phrase(
                    "{code}: tell the person by {last}, then: ayala appeal notify {code} --of {of}",
                    code=appeal.code,
                    last=last,
                    of=of,
                )
            )

    def _check_possible(self, verb: str, appeal: Appeal) -> None:
        if appeal.status not in STEPS[verb].allowed:
            raise NotNow(
                phrase(
                    "{code} is {status} and {refused}; possible now: {steps}",
                    code=appeal.code,
                    status=word("status", appeal.status),
                    refused=_refused(verb),
                    steps=", ".join(possible(appeal.status)),
                ),
                f"ayala appeal show {appeal.code}",
            )

    def _check_day(self, appeal: Appeal, on: date) -> None:
        if on < appeal.received_on:
            raise WrongUsage(
                phrase(
                    "{day} is before {code} was received ({received})",
                    day=on,
                    code=appeal.code,
                    received=appeal.received_on,
                )
            )
        self._check_not_future(on)

    def _check_not_future(self, on: date) -> None:
        if on > self.writing.today:
            raise WrongUsage(
                phrase("{day} is in the future: today is {today}", day=on, today=self.writing.today)
            )

    def _event(self, appeal: Appeal, event: str, on: date, **values: Any) -> None:
        self.session.add(
            AppealEvent(
                appeal_id=appeal.id, happened_on=on, event=event, made_by=self.writing.author, **values
            )
        )

    def _set_topics(self, appeal: Appeal, topics: list[str]) -> None:
        """The further topics of an appeal, in their order; the main one stands in the appeal."""
        further = [topic for topic in dict.fromkeys(topics) if topic != appeal.topic]
        stored = {
            row.topic: row
            for row in self.session.exec(select(AppealTopic).where(AppealTopic.appeal_id == appeal.id))
        }
        for topic, row in stored.items():
            if topic not in further:
                self.session.delete(row)
        for position, topic in enumerate(further, 2):
            if topic in stored:
                stored[topic].position = position
            else:
                self.session.add(AppealTopic(appeal_id=appeal.id, topic=topic, position=position))

    def _outside_number(self, number: str | None, besides: Appeal | None = None) -> str | None:
        if not number:
            return None
        if written_code(number):
            raise WrongUsage(
                phrase(
                    "{number} looks like a code of this register; --number is another body's number",
                    number=number,
                )
            )
        holder = self.session.exec(select(Appeal).where(Appeal.number == number)).one_or_none()
        if holder is not None and holder is not besides:
            raise AlreadyThere(
                phrase("an appeal with this number is on record: {code}", code=holder.code),
                f"ayala appeal show {holder.code}",
            )
        return number


def _refused(verb: str) -> str:
    """That a step is not possible, as a clause that stands by itself in every language."""
    return {
        "start": phrase("cannot be started"),
        "pause": phrase("cannot be paused"),
        "resume": phrase("cannot be resumed"),
        "extend": phrase("cannot be extended"),
        "redirect": phrase("cannot be redirected"),
        "answer": phrase("cannot be answered"),
        "withdraw": phrase("cannot be withdrawn"),
        "close": phrase("cannot be closed"),
        "reopen": phrase("cannot be reopened"),
    }[verb]


def _too_early_to_tell(of: str, code: str, done: date, day: date) -> str:
    if of == "extension":
        return phrase(
            "{code} was extended on {done}; the person cannot be told on {day}", code=code, done=done, day=day
        )
    return phrase(
        "{code} was redirected on {done}; the person cannot be told on {day}", code=code, done=done, day=day
    )


def _phone(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return read_phone(text)
    except BadPhone as error:
        raise WrongUsage(str(error)) from None


def _caller(name: str | None) -> str | None:
    """A caller's name; a number in its place would stand unmasked in lists."""
    if name and not any(char.isalpha() for char in name):
        raise WrongUsage(phrase("a caller has a name; a phone goes to --phone-file"))
    return name
