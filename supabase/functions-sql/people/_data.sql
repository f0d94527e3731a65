insert into pathfinder.privacy_salt (salt) values (extensions.gen_random_bytes(32));
insert into pathfinder.reclassification (version) select max(rule_versions.version) from public.rule_versions;
