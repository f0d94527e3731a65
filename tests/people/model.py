"""What happens to executives, written down once more: small, in Python, and without the database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

RANKS = {"csuite": 1, "vp": 2}

# Each title as it may be spelt, with its level and functions; none for nobody's title.
TITLES: dict[str, tuple[str, frozenset[str]] | None] = {
    "CEO": ("csuite", frozenset()),
    "C.E.O.": ("csuite", frozenset()),
    "CFO": ("csuite", frozenset({"finance"})),
    "VP Sales": ("vp", frozenset({"sales"})),
    "VP, Sales": ("vp", frozenset({"sales"})),
    "VP  sales": ("vp", frozenset({"sales"})),
    "VP Finance": ("vp", frozenset({"finance"})),
    "VP": ("vp", frozenset()),
    "VP EMEA": ("vp", frozenset()),
    "Looking for new opportunities": None,
    "": None,
}
# One spelling of those that are one title, and one company.
SAME_TITLE = {"C.E.O.": "CEO", "VP, Sales": "VP Sales", "VP  sales": "VP Sales"}
COMPANIES = ("Acme", "Acme, Inc.", "ACME", "Globex", "Initech", "")
SAME_COMPANY = {
    "Acme, Inc.": "acme",
    "ACME": "acme",
    "Acme": "acme",
    "Globex": "globex",
    "Initech": "initech",
}
# Domains of e-mail addresses, with those that they are part of.
DOMAINS = {
    "acme.com": {"acme.com"},
    "mail.acme.com": {"mail.acme.com", "acme.com"},
    "acme.com.br": {"acme.com.br", "com.br"},
    "": set[str](),
}
# Who is an executive by the rules that may be edited, only while they are not.
EDITED = "VP Finance"
DEPARTMENTS = {"Finance": frozenset({"finance"}), "Sales": frozenset({"sales"}), "": frozenset[str]()}


@dataclass(frozen=True)
class Person:
    """What is known of an executive."""

    title: str
    company: str | None = None
    department: str | None = None
    domain: str | None = None

    @property
    def level(self) -> str:
        """Their level."""
        found = TITLES[self.title]
        assert found is not None
        return found[0]

    @property
    def functions(self) -> frozenset[str]:
        """What they are responsible for: by title, else by department."""
        found = TITLES[self.title]
        assert found is not None
        return found[1] or DEPARTMENTS[self.department or ""]

    def having(self, attribute: str, value: str | None) -> Person:
        """The same person, but for one thing."""
        match attribute:
            case "title":
                return replace(self, title=value or "")
            case "company":
                return replace(self, company=value)
            case "department":
                return replace(self, department=value)
        return replace(self, domain=value)


@dataclass(frozen=True)
class Change:
    """A row of detections, as far as it matters here."""

    kind: str
    title: str | None
    company: str | None
    previous_title: str | None = None
    previous_level: str | None = None
    previous_company: str | None = None
    origin: str = "webhook"
    told: bool = True
    # Whether a digest has covered it.
    covered: bool = field(default=False, compare=False)
    domain: str | None = field(default=None, compare=False)


def meaning(attribute: str, value: str | None) -> str:
    """What a value says, however it is spelt."""
    same = SAME_COMPANY if attribute == "company" else SAME_TITLE
    return same.get(value or "", value or "").lower()


def compare(before: Person | None, after: Person | None) -> str | None:
    """Name what happened between two states; None for nothing."""
    if after is None:
        return None if before is None else "left"
    if before is None:
        return "new"
    if before.level != after.level:
        return "promotion" if RANKS[after.level] < RANKS[before.level] else "demotion"
    if before.company and after.company and SAME_COMPANY[before.company] != SAME_COMPANY[after.company]:
        return "moved"
    retitled = (
        SAME_TITLE.get(before.title, before.title).lower() != SAME_TITLE.get(after.title, after.title).lower()
    )
    if before.functions != after.functions and (retitled or (before.functions and after.functions)):
        return "role"
    return None


@dataclass
class Member:
    """One member: what the community has been told by them, and what CaptPathfinder makes of it."""

    state: Person | None = None
    aside: Person | None = None
    changes: list[Change] = field(default_factory=list)
    # What webhooks about other fields said, for whoever becomes an executive later.
    company: str | None = None
    department: str | None = None
    domain: str | None = None
    forgotten: bool = False
    # What the last webhook about the title said; whether there was any webhook.
    said: str | None = None
    heard: bool = False
    # What an editor corrected: what was stated, and what counts instead.
    corrections: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def hold(self, attribute: str, said: str | None, *, ends: bool = False) -> str | None:
        """What counts where `said` is said; a statement that is another one ends the correction."""
        if attribute not in self.corrections:
            return said
        stated, value = self.corrections[attribute]
        if meaning(attribute, said) == meaning(attribute, stated):
            return value
        if ends:
            del self.corrections[attribute]
        return said

    def become(self, after: Person | None, origin: str = "webhook", *, told: bool = True) -> None:
        """Take `after` for what the member is now."""
        before, self.state = self.state, after
        kind = compare(before, after)
        if kind is None:
            if after and self.changes:
                self.changes[-1] = replace(
                    self.changes[-1], title=after.title, company=after.company, domain=after.domain
                )
            return
        self.changes.append(
            Change(
                kind,
                after.title if after else None,
                after.company if after else None,
                *_previous(before, after),
                origin=origin,
                told=told,
                domain=(after or before or Person("")).domain,
            )
        )


def _previous(before: Person | None, after: Person | None) -> tuple[str | None, str | None, str | None]:
    if before is None:
        return None, None, None
    title, company = (after.title, after.company) if after else ("", None)
    level = after.level if after else None
    return (
        before.title
        if SAME_TITLE.get(title, title).lower() != SAME_TITLE.get(before.title, before.title).lower()
        else None,
        before.level if level != before.level else None,
        before.company if SAME_COMPANY.get(company or "") != SAME_COMPANY.get(before.company or "") else None,
    )


@dataclass
class World:
    """All members, whom nobody wants to hear of, and the rules."""

    members: dict[str, Member] = field(default_factory=dict)
    # Companies, domains and members who are suppressed, with whether that will end.
    companies: dict[str, bool] = field(default_factory=dict)
    domains: dict[str, bool] = field(default_factory=dict)
    ids: dict[str, bool] = field(default_factory=dict)
    edited: bool = False
    off: set[str] = field(default_factory=set)
    # What the newest version of the rules is about.
    rules: str = "reclassification"

    def member(self, user: str) -> Member:
        """Return a member, made if need be."""
        return self.members.setdefault(user, Member())

    def counts(self, title: str | None) -> bool:
        """Tell whether a title is an executive's by the rules in force."""
        found = TITLES[title] if title else None
        return found is not None and found[0] not in self.off and not (self.edited and title == EDITED)

    def suppressed(self, user: str, person: Person) -> bool | None:
        """Tell whether somebody is suppressed, and if so whether that will end; None if not."""
        covers = [ends for key, ends in self.ids.items() if key == user]
        covers += [ends for key, ends in self.domains.items() if key in DOMAINS[person.domain or ""]]
        covers += [
            ends for key, ends in self.companies.items() if key == SAME_COMPANY.get(person.company or "")
        ]
        return all(covers) if covers else None

    def keep_away(self, user: str) -> None:
        """Keep nothing of somebody suppressed for good that could bring them back."""
        member = self.member(user)
        self.drop(member)
        person = self.retained(member)
        if person.title and self.suppressed(user, person) is None:
            member.said = None

    def drop(self, member: Member) -> None:
        """Keep of corrections only a company that is suppressed."""
        member.corrections = {
            attribute: (stated, value)
            for attribute, (stated, value) in member.corrections.items()
            if attribute == "company" and SAME_COMPANY.get(value or "") in self.companies
        }

    def settle(self, user: str, after: Person, origin: str = "webhook", *, told: bool = True) -> None:
        """Take a person for an executive, or aside."""
        member = self.member(user)
        ends = self.suppressed(user, after)
        if ends is not None:
            member.changes.clear()
            member.state, member.aside = None, after if ends else None
            if not ends:
                self.keep_away(user)
            return
        member.aside = None
        member.become(after, origin, told=told)

    def depart(self, member: Member, origin: str, *, told: bool) -> None:
        """Let go of a member; of a level that is off, without a word."""
        member.aside = None
        if member.state and member.state.level in self.off:
            member.state = None
        else:
            member.become(None, origin, told=told)

    def title(self, user: str, value: str) -> None:
        """A webhook says the title."""
        member = self.member(user)
        if member.forgotten:
            return
        member.said, member.heard = value, True
        counts = member.hold("title", value, ends=True)
        if counts is None or not self.counts(counts):
            self.depart(member, "webhook", told=True)
            return
        known = member.state or member.aside or replace(self.retained(member), title=counts)
        self.settle(user, replace(known, title=counts))

    def retained(self, member: Member) -> Person:
        """What webhooks said of a member last, as corrected; the title may be nobody's."""
        company = member.hold("company", member.company)
        title = member.hold("title", member.said) or ""
        return Person(title, company, member.department, member.domain)

    def side(self, user: str, attribute: str, value: str) -> None:
        """A webhook says the company, the department or the domain."""
        member = self.member(user)
        if member.forgotten:
            return
        member.heard = True
        setattr(member, attribute, value or None)
        counts = member.hold(attribute, value or None, ends=True)
        known = member.state or member.aside
        if member.aside and not self.counts(member.aside.title):
            member.aside = None
        elif known:
            self.settle(user, known.having(attribute, counts))

    def backfill(self, user: str, title: str, company: str, *, told: bool) -> None:
        """A list of members says title and company: it only adds."""
        member = self.member(user)
        counts = member.hold("title", title)
        if member.forgotten or counts is None or not self.counts(counts):
            return
        found = Person(counts, member.hold("company", company or None))
        if member.state is None:
            if member.aside is None and member.said is None:
                self.settle(user, found, "backfill", told=told)
        elif member.state.company is None and found.company is not None:
            self.settle(user, replace(member.state, company=found.company), "backfill", told=told)

    def enrich(self, user: str, company: str, domain: str) -> None:
        """The community's API says the company and the domain: it fills what is empty."""
        member = self.member(user)
        if member.state is None:
            return
        told = member.hold("company", company)
        full = replace(
            member.state, company=member.state.company or told, domain=member.state.domain or domain or None
        )
        self.settle(user, full, "enrichment", told=False)
        for number in reversed(range(len(member.changes))):
            change = member.changes[number]
            if change.kind == "left":
                break
            if not change.covered:
                member.changes[number] = replace(
                    change, company=change.company or told, domain=change.domain or domain or None
                )

    def correct(self, user: str, attribute: str, value: str) -> None:
        """An editor corrects the title or the company."""
        member = self.member(user)
        if member.state is None:
            return
        after = value or None
        before = getattr(member.state, attribute)
        if after == before:
            return
        no_executive = attribute == "title" and not self.counts(value)
        stated, _ = member.corrections.get(attribute, (before, None))
        member.corrections[attribute] = (stated, None if no_executive else after)
        if member.corrections[attribute][1] == stated:
            del member.corrections[attribute]
        if no_executive:
            self.depart(member, "correction", told=False)
        else:
            self.settle(user, member.state.having(attribute, after), "correction", told=False)

    def undo(self, user: str, attribute: str | None) -> None:
        """An editor takes back what was corrected, or one thing of it."""
        member = self.member(user)
        gone = {name: stated for name, (stated, _) in member.corrections.items() if attribute in (None, name)}
        if not gone:
            return
        for name in gone:
            del member.corrections[name]
        person = member.state or member.aside
        if person is None:
            person = self.former(user, by_title="title" in gone)
        if person is None:
            return
        for name, stated in gone.items():
            person = person.having(name, stated)
        if self.counts(person.title):
            self.settle(user, person, "correction", told=False)
        else:
            self.depart(member, "correction", told=False)

    def former(self, user: str, *, by_title: bool) -> Person | None:
        """Somebody who is no executive, as they were when a corrected title let them go, or as they say."""
        member = self.member(user)
        last = member.changes[-1] if member.changes else None
        if by_title and last and (last.kind, last.origin) == ("left", "correction"):
            company = member.hold("company", member.company or last.previous_company)
            return Person(last.previous_title or "", company, member.department, member.domain or last.domain)
        person = self.retained(member)
        return None if self.suppressed(user, person) is not None else person

    def reclassify(self) -> None:
        """The rules in force are applied to all retained titles."""
        for user, member in self.members.items():
            if member.state:
                if not self.counts(member.state.title):
                    self.depart(member, self.rules, told=False)
            elif member.aside is None and not member.forgotten:
                person = self.retained(member)
                if self.counts(person.title) and self.suppressed(user, person) is None:
                    self.settle(user, person, self.rules, told=False)

    def purge(self) -> None:
        """Corrections go of whom nothing else is kept."""
        for member in self.members.values():
            if not (member.state or member.aside or member.changes or member.heard):
                self.drop(member)

    def digest(self) -> None:
        """A digest covers all changes so far."""
        for member in self.members.values():
            member.changes = [replace(change, covered=True) for change in member.changes]

    def rows(self, kind: str) -> dict[str, bool]:
        """The suppressions of a kind."""
        return {"company": self.companies, "domain": self.domains, "member": self.ids}[kind]

    def suppress(self, kind: str, key: str, *, ends: bool) -> None:
        """Suppress a company, a domain or a member."""
        self.rows(kind)[key] = ends
        self.review(kind, key)

    def review(self, kind: str | None = None, key: str | None = None) -> None:
        """Take back whom the suppressions cover, and bring back whom they cover no more."""
        for user, member in self.members.items():
            if member.state and self.suppressed(user, member.state) is not None:
                self.settle(user, member.state)
            elif member.aside:
                ends = self.suppressed(user, member.aside)
                if ends is None and self.counts(member.aside.title):
                    self.settle(user, member.aside, "suppression", told=False)
                elif not ends:
                    member.aside = None
                    if ends is False:
                        self.keep_away(user)
            elif not member.state and member.changes and kind is not None:
                last = member.changes[-1]
                covered: dict[str, set[str]] = {
                    "member": {user},
                    "domain": DOMAINS[last.domain or ""],
                    "company": {SAME_COMPANY.get(last.company or last.previous_company or "", "")},
                }
                if key in covered[kind]:
                    member.changes.clear()

    def release(self, kind: str, key: str) -> None:
        """Delete a suppression."""
        del self.rows(kind)[key]
        self.review()

    def forget(self, user: str) -> None:
        """Forget a member."""
        self.members[user] = Member(forgotten=True)
        self.ids.pop(user, None)
