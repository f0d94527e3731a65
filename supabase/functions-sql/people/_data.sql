insert into pathfinder.privacy_salt (salt) values (extensions.gen_random_bytes(32));
