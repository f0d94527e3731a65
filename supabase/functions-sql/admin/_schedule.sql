-- Beside the tick, so that it is noticed when the tick fails.
select cron.schedule('captpathfinder-watch', '* * * * *', 'select pathfinder.watch(now())');
