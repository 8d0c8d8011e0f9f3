"""Google as Podium knows it: OAuth 2.0 with id tokens, and Calendar v3."""
