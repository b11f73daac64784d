"""What must never happen, provoked many times over: races, kills, power cuts, full disks."""
