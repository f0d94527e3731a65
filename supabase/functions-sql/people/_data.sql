insert into pathfinder.privacy_salt (salt) values (pathfinder.random_salt());
