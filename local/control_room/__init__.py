"""A stand-in for the Automation Anywhere (A360) control room, as a server on loopback.

It speaks the part of the vendor's API that CaptPathfinder uses, writes whatever its bots were asked to
send where a person can open it, and misbehaves on command, so that one can see what a client does when
the real one misbehaves. It runs no bots and protects nothing: it is for one machine.

Start::

    AA_USERNAME=robot AA_API_KEY=… AA_EMAIL_BOT_API_KEY=… AA_TEAMS_BOT_API_KEY=… \
        python -m local.control_room --port 8200 --data-dir .local/control-room

Without ``--port`` it takes a free one. Once it listens it prints ``control room listening on http://…``.
It ends with 0 on SIGTERM. Started again over the same folder it still knows every deployment and
finishes what was running; only tokens and faults are forgotten.

The API
=======
======================================  ===============================================================
``POST /v2/authentication``             ``{"username", "apiKey" | "password", "multipleLogin"?}``
                                        → ``{"token", "user"}``. A password login ends the user's other
                                        password sessions; API-key tokens live side by side.
``POST /v2/authentication/token``       a new token for a valid one (``{"token"}`` or the header)
``POST /v4/automations/deploy``         → ``{"deploymentId", "automationName"}``. An unknown field is a
                                        400, as is anything but one of ``unattendedRequest``,
                                        ``attendedRequest``, ``headlessRequest``.
``POST /v3/automations/deploy``         → ``{"deploymentId", "automationId"}``. The automation's name is
                                        the server's (``--v3-keeps-names`` lets the client choose it).
``POST /v3/activity/list``              ``{"filter"?, "sort"?, "page"?}`` → ``{"page", "list"}``. Filters:
                                        eq ne gt ge lt le substring, and or not.
``POST /v2/repository/file/list``       ``{"filter": {"operator": "eq", "field": "id", "value"}}`` → the bot
``POST /bots/email``, ``/bots/teams``   the simple endpoints, ``Authorization: Bearer <key>`` → 202
======================================  ===============================================================

All but signing in and the simple endpoints need the header ``X-Authorization: <token>``. Errors are
``{"code", "message", "details"}``. Bots are 101 "Send e-mail" (``to`` STRING or LIST, ``subject``,
``body``, ``isHtml``) and 102 "Post to Teams" (``channelUrl``, ``message``, ``messageType``), or those
that ``--bots FILE.json`` and ``--bot ID:NAME:KIND:INPUT[=TYPE],…`` declare instead; KIND is email, teams
or any. ``callbackInfo`` is accepted, but nobody is called. A deployment goes DEPLOYED, QUEUED, RUNNING,
COMPLETED within ``--run-seconds``, and its bot does its work when it completes.

What is written to the data folder
==================================
``messages/<number>-<bot>.html`` (e-mail) or ``.md`` (anything else), ``deployments.jsonl`` and
``posts.jsonl`` (the simple endpoints) with the requests as they came. Keys, passwords, tokens and the
values of call-back headers are removed from all of them.

The controls
============
``GET /health``; ``GET /_deployments`` (``total``, ``by_automation_name``,
``delivered_by_automation_name``, ``by_status``, ``deployments``; ``?rows=0`` leaves out the last);
``GET /_messages`` (each message with its file, and for the simple endpoints counts by a fingerprint of the
body); ``GET /_requests`` (counts by route and by status, ``cut`` for a cut connection); ``POST /_clock``
``{"advance_seconds": 1201}`` moves the server's time; ``POST /_reset`` forgets and deletes everything.

Faults
======
``POST /_faults`` takes a JSON list of rules and adds them to those in force; ``GET /_faults`` lists them
with their ids and how often each ``applied``; ``DELETE /_faults`` takes all back and
``DELETE /_faults/<id>`` one. When a rule applies:

=================  ===================================================================================
``route``          authenticate, refresh, deploy (both versions), deploy_v3, deploy_v4, activity, files,
                   email, teams, any
``times``          how often in all
``after``          how many matching requests it lets pass first
``for_seconds``    how long, from when it was posted
``probability``    the chance for each matching request (``--seed`` makes it repeatable)
``contains``       only requests whose body holds this text
=================  ===================================================================================

All conditions must hold; a rule with none applies until it is taken back. ``route`` may be left out where
the table names one in brackets. Of ``status``, ``no_device``, ``hang`` and ``cut`` the first that applies
counts; ``slow`` comes before them, and the rest are combined.

===================  =================================================================================
``what``             what happens, and an example
===================  =================================================================================
``status``           Answers this and does nothing. ``body`` is JSON, ``text`` a web page instead.
                     ``{"what": "status", "route": "deploy", "status": 503, "times": 2}``
                     ``{"what": "status", "route": "any", "status": 429, "retry_after": 3, "times": 1}``
                     ``{"what": "status", "route": "activity", "status": 200, "text": "<html>Log in"}``
``no_device``        412 (deploy). ``{"what": "no_device", "times": 3}``
``hang``             Says nothing for ``seconds`` (an hour if not given), then cuts; nothing is done.
                     ``{"what": "hang", "route": "authenticate", "seconds": 30, "times": 1}``
``cut``              Cuts the connection; nothing is done.
                     ``{"what": "cut", "route": "deploy", "probability": 0.2}``
``slow``             Waits ``seconds``, then goes on, even if the client gave up: a deployment is made.
                     ``{"what": "slow", "route": "deploy", "seconds": 2, "for_seconds": 60}``
``lose_answer``      Does what was asked, then cuts instead of answering, after ``seconds`` if given.
                     ``{"what": "lose_answer", "route": "deploy", "times": 1}``
``token_expired``    401, and the token is gone (any). ``{"what": "token_expired", "after": 3, "times": 1}``
``reject_key``       401 to the right key or password (any: authenticate, email, teams); ``reason``
                     invalid or expired. ``{"what": "reject_key", "reason": "expired"}``
``rows_missing``     New deployments are missing in the activity list for ``seconds``, for ever without
                     (deploy). ``{"what": "rows_missing", "seconds": 5, "times": 1}``
``filter_refused``   400 to a filter on ``field``, automationName if not given (activity).
                     ``{"what": "filter_refused"}``
``ends``             New deployments end in ``status`` (deploy), after ``takes`` seconds if given;
                     ``delivers`` true: the bot did its work before it failed.
                     ``{"what": "ends", "status": "RUN_FAILED", "contains": "digest", "times": 1}``
``never_ends``       New deployments stay in ``status``, RUNNING if not given (deploy).
                     ``{"what": "never_ends", "status": "UNKNOWN"}``
``takes``            New deployments need ``seconds`` to their end (deploy).
                     ``{"what": "takes", "seconds": 10}``
===================  =================================================================================
"""
