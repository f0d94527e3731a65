"""Executives for the tests of accounts and suppressions."""

from __future__ import annotations

from tests.conftest import Connection


def know(
    db: Connection,
    user_id: str,
    *,
    company: str | None = None,
    email_domain: str | None = None,
    level: str = "csuite",
    title: str = "Chief Executive Officer",
    told: bool = False,
    community: str = "main",
) -> None:
    """Make somebody an executive, with the change that made them one; later ones were detected later."""
    db.execute(
        """
        insert into public.user_state
            (community, user_id, username, title, seniority_level, company, email_domain, first_detected_at)
        values (%(community)s, %(id)s, 'name of ' || %(id)s, %(title)s, %(level)s, %(company)s, %(domain)s,
            clock_timestamp())
        """,
        {
            "community": community,
            "id": user_id,
            "title": title,
            "level": level,
            "company": company,
            "domain": email_domain,
        },
    )
    db.execute(
        """
        insert into public.detections
            (community, user_id, username, title, seniority_level, company, email_domain)
        select community, user_id, username, title, seniority_level, company, email_domain
        from public.user_state where community = %s and user_id = %s
        """,
        [community, user_id],
    )
    if told:
        db.execute(
            "insert into pathfinder.digest_ledger (channel, detection_id, outcome)"
            " select min(channels.name), max(detections.id), 'undone' from public.channels, public.detections"
        )
