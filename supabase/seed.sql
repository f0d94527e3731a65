-- What a local stack starts with (`make up`, `make demo`, `supabase start`). Hosted projects are not seeded.
--
-- Two channels, as most installations have them: bots of the control room that send e-mail and post to Teams. The
-- bots' numbers and input variables are those of the local control room; the head of
-- worker/captpathfinder/transports/aa_bot.py says how to use your own.

insert into public.channels (name, transport, sends, config, description)
values
    (
        'email',
        'aa_bot',
        '{digest,report}',
        '{
            "bot_id": 101,
            "run_as_user_ids": [3],
            "recipients": ["marketing@example.com", "community@example.com"],
            "inputs": {
                "to": {"part": "recipients"},
                "subject": {"part": "subject"},
                "body": {"part": "html"},
                "isHtml": {"type": "BOOLEAN", "value": true}
            }
        }',
        'The weekly digest and the month-end report by e-mail'
    ),
    (
        'teams',
        'aa_bot',
        '{digest,report}',
        '{
            "bot_id": 102,
            "run_as_user_ids": [3],
            "channel_url": "https://teams.example.com/l/channel/executives",
            "inputs": {
                "channelUrl": {"part": "channel_url"},
                "message": {"part": "markdown"},
                "messageType": {"type": "STRING", "value": "markdown"}
            }
        }',
        'The same, posted to a Teams channel'
    )
on conflict (name) do nothing;
