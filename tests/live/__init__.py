"""What the live tests stand on: how one begins and ends (harness), what it waits (patience), what it starts
(processes), and the servers themselves."""
