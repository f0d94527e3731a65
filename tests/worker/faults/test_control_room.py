"""A control room that misbehaves; every job is done exactly once, or comes to its decided end."""

from typing import Any

import pytest

from tests.worker.support import EMAIL_BOT, Bench, wait_until


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"what": "status", "route": "deploy", "status": 503, "times": 2}, id="deploy 503"),
        pytest.param(
            {"what": "status", "route": "deploy", "status": 429, "retry_after": 1, "times": 1}, id="429"
        ),
        pytest.param({"what": "status", "route": "deploy", "status": 401, "times": 1}, id="deploy 401"),
        pytest.param({"what": "status", "route": "authenticate", "status": 500, "times": 3}, id="login 500"),
        pytest.param({"what": "hang", "route": "authenticate", "seconds": 3, "times": 1}, id="login hangs"),
        pytest.param({"what": "hang", "route": "deploy", "seconds": 3, "times": 1}, id="deploy hangs"),
        pytest.param({"what": "hang", "route": "activity", "seconds": 3, "times": 1}, id="activity hangs"),
        pytest.param({"what": "cut", "route": "deploy", "times": 2}, id="deploy cut"),
        pytest.param(
            {"what": "cut", "route": "any", "probability": 0.2, "for_seconds": 4}, id="cuts everywhere"
        ),
        pytest.param({"what": "no_device", "times": 2}, id="no device"),
        pytest.param({"what": "lose_answer", "route": "deploy", "times": 2}, id="deploy answer lost"),
        pytest.param({"what": "lose_answer", "route": "authenticate", "times": 1}, id="login answer lost"),
        pytest.param({"what": "token_expired", "after": 2, "times": 3}, id="tokens expire"),
        pytest.param({"what": "slow", "route": "deploy", "seconds": 2.2, "times": 2}, id="carried out late"),
        pytest.param({"what": "rows_missing", "seconds": 2, "times": 2}, id="rows late"),
        pytest.param(
            {"what": "status", "route": "activity", "status": 200, "text": "<html>", "times": 3},
            id="web page",
        ),
    ],
)
def test_each_digest_is_sent_once_whatever_fails(bench: Bench, fault: dict[str, Any]) -> None:
    bench.control_room_faults(fault)
    bench.digests(4)
    # Hurried, a fast machine uses up its attempts before the room is well again.
    bench.db.execute("update outbox set max_attempts = 1000")
    with bench.worker():
        bench.wait_done(4, seconds=90)
    bench.assert_each_sent_once(4)


def test_a_lost_answer_whose_row_appears_late_is_found(bench: Bench) -> None:
    bench.control_room_faults(
        {"what": "lose_answer", "route": "deploy", "times": 1},
        {"what": "rows_missing", "seconds": 1, "times": 1},
    )
    bench.digest()
    with bench.worker():
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


def test_a_lost_answer_is_found_though_the_list_refuses_the_filter_by_name(bench: Bench) -> None:
    bench.control_room_faults(
        {"what": "lose_answer", "route": "deploy", "times": 1},
        {"what": "filter_refused", "field": "automationName"},
    )
    bench.digests(2)
    with bench.worker():
        bench.wait_done(2)
    bench.assert_each_sent_once(2)


def test_tokens_that_expire_by_the_clock_are_renewed(bench: Bench) -> None:
    bench.digests(2)
    with bench.worker():
        bench.wait_done(2)
        bench.http.post(f"{bench.stack.url('control_room')}/_clock", json={"advance_seconds": 1201})
        bench.digests(2)
        bench.wait_done(4)
    bench.assert_each_sent_once(4)


def test_one_login_serves_many_deployments(bench: Bench) -> None:
    bench.digests(10)
    with bench.worker():
        bench.wait_done(10)
    assert bench.requests()["authenticate"]["total"] == 1


def test_a_bot_that_fails_is_run_again(bench: Bench) -> None:
    bench.control_room_faults({"what": "ends", "status": "RUN_FAILED", "times": 1})
    job = bench.digest()
    with bench.worker():
        bench.wait_done(1)
    seen = bench.deployments()
    assert seen["by_status"] == {"RUN_FAILED": 1, "COMPLETED": 1}
    assert list(seen["delivered_by_automation_name"].values()) == [1]
    assert bench.job(job)["attempts"] == 2


def test_a_bot_that_may_have_sent_before_it_failed_is_not_run_again(bench: Bench) -> None:
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "on_failed_run": "give_up"})
    bench.control_room_faults({"what": "ends", "status": "RUN_FAILED", "delivers": True, "times": 1})
    job = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
    assert "RUN_FAILED" in bench.job(job)["last_error"]
    bench.assert_each_sent_once(1)


def test_a_bot_that_runs_for_long_is_followed_over_several_attempts(bench: Bench) -> None:
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "timeout_seconds": 5})
    bench.control_room_faults({"what": "takes", "seconds": 7, "times": 1})
    job = bench.digest()
    with bench.worker():
        bench.wait_done(1)
    assert bench.job(job)["attempts"] == 2
    bench.assert_each_sent_once(1)


@pytest.mark.parametrize("reason", ["invalid", "expired"])
def test_a_rejected_key_is_said_clearly_and_not_tried_again(bench: Bench, reason: str) -> None:
    bench.control_room_faults({"what": "reject_key", "route": "authenticate", "reason": reason})
    job = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
        assert bench.job(job)["attempts"] == 1
        assert "AA_API_KEY" in bench.job(job)["last_error"]
        wait_until(
            lambda: "AA_API_KEY" in str(bench.db.execute("select pathfinder.health()").fetchone()),
            "health says so",
        )
        bench.clear_control_room_faults()
        bench.db.execute("select redrive_outbox(null)")
        bench.wait_done(1)
    bench.assert_each_sent_once(1)


@pytest.mark.parametrize(("status", "hint"), [(400, "inputs"), (403, "right to run"), (404, "bot_id")])
def test_a_refused_deploy_is_given_up_with_what_to_change(bench: Bench, status: int, hint: str) -> None:
    bench.control_room_faults({"what": "status", "route": "deploy", "status": status})
    job = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
    assert hint in bench.job(job)["last_error"]
    assert bench.requests()["deploy_v4"]["total"] == 1


def test_v3_is_deployed_by_configuration(bench: Bench) -> None:
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "api_version": "v3"})
    bench.digests(3)
    with bench.worker():
        bench.wait_done(3)
    seen = bench.deployments()
    assert {row["api"] for row in seen["deployments"]} == {"v3"}
    assert seen["total"] == 3


def test_a_v3_deploy_with_a_lost_answer_is_left_to_a_person(bench: Bench) -> None:
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "api_version": "v3"})
    bench.control_room_faults({"what": "lose_answer", "route": "deploy", "times": 1})
    job = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
    assert "v3" in bench.job(job)["last_error"]
    assert bench.deployments()["total"] == 1


def test_a_v3_deploy_that_did_not_happen_is_repeated(bench: Bench) -> None:
    bench.channel("mail", "aa_bot", {**EMAIL_BOT, "api_version": "v3"})
    bench.control_room_faults({"what": "cut", "route": "deploy", "times": 1})
    bench.digest()
    with bench.worker():
        bench.wait_done(1)
    assert bench.deployments()["total"] == 1


def test_the_simple_endpoint_gets_its_body_and_is_asked_again_after_429(bench: Bench) -> None:
    bench.channel("mail", "aa_http", {"kind": "email", "to": ["board@example.com"]})
    bench.control_room_faults(
        {"what": "status", "route": "email", "status": 429, "retry_after": 1, "times": 1}
    )
    job = bench.digest()
    with bench.worker():
        bench.wait_done(1)
    assert bench.job(job)["attempts"] == 2
    assert bench.requests()["email"]["by_status"] == {"429": 1, "202": 1}


def test_a_refused_endpoint_key_is_given_up(bench: Bench) -> None:
    bench.channel("mail", "aa_http", {"kind": "teams", "channel_url": "https://teams.example.com/x"})
    bench.control_room_faults({"what": "reject_key", "route": "teams"})
    job = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
    assert "AA_TEAMS_BOT_API_KEY" in bench.job(job)["last_error"]


def test_a_transport_that_the_worker_does_not_know_is_given_up(bench: Bench) -> None:
    bench.db.execute("alter table channels drop constraint channels_transport_check")
    try:
        bench.channel("mail", "pigeon", {})
        job = bench.digest()
        with bench.worker():
            wait_until(lambda: bench.job(job)["status"] == "dead", "given up")
        assert "pigeon" in bench.job(job)["last_error"]
    finally:
        bench.db.execute("delete from channels")
        bench.db.execute(
            "alter table channels add constraint channels_transport_check"
            " check (transport in ('aa_bot', 'aa_http', 'teams_workflow',"
            " 'slack_webhook', 'email_smtp', 'webhook'))"
        )


def test_a_poisoned_job_does_not_take_the_worker_down(bench: Bench) -> None:
    poisoned = bench.digest()
    bench.db.execute("""update digests set payload = '{"people": [{"user_id": 7}], "counts": []}'""")
    healthy = bench.digest()
    with bench.worker():
        wait_until(lambda: bench.statuses() == {"dead": 1, "done": 1}, "one dead, one done")
    assert bench.job(poisoned)["status"] == "dead"
    assert bench.job(healthy)["status"] == "done"
