-- Nothing that was due before this moment is owed.
select pathfinder.start_schedule(now());
