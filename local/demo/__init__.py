"""The demonstration: a community's week in a minute, from webhooks to delivered messages.

`python -m local.demo` (or `make demo`) starts a stack of its own in `.local/demo`, posts the webhooks of
`local.demo.stream` over HTTP, has the digest and the month-end report built, lets a worker deliver them,
looks whether each part really happened, prints what it saw, and stops all it started. It ends with 1 if any
part did not happen.
"""
