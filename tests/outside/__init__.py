"""The stand-in for the outside world: every service that Podium speaks to, from files."""
