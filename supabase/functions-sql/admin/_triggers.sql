-- The jobs of one error, newest first: few of many.
create index outbox_error_idx on public.outbox (pathfinder.error_key(last_error), id) where last_error is not null;
