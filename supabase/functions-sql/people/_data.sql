insert into pathfinder.privacy_salt (salt) values (pathfinder.random_salt());
insert into pathfinder.reclassification (version) select max(rule_versions.version) from public.rule_versions;
