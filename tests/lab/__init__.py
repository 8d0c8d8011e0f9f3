"""The laboratory: real servers that the tests start for themselves, on loopback and unix sockets."""
