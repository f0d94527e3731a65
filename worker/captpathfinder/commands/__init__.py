"""The commands, each a module with `register(app)`; `captpathfinder.cli` names them."""
